import {asciiLower} from '../ascii.ts';
import type {GlobNode} from './ast.ts';
import {GlobFault} from './scanner.ts';

/** Hosts: labels between dots. Only `*` and `**` are special, and letters match in lower case. */
export const parseHostNodes = (text: string): readonly GlobNode[] => {
	const nodes: GlobNode[] = [];
	let at = 0;
	for (const [index, label] of asciiLower(text).split('.').entries()) {
		if (index > 0) {
			nodes.push({kind: 'text', text: '.'});
		}

		nodes.push(...parseLabel(label, at));
		at += label.length + 1;
	}

	return nodes;
};

const parseLabel = (label: string, at: number): readonly GlobNode[] => {
	if (label === '**') {
		return [{kind: 'labels'}];
	}

	if (label.includes('**')) {
		throw new GlobFault('InvalidLabelWildcard', '** must be a whole label of a host', at);
	}

	return label
		.split(/(\*)/)
		.filter(part => part !== '')
		.map(part =>
			part === '*' ? {kind: 'run', isEmptyAllowed: label !== '*'} : {kind: 'text', text: part},
		);
};
