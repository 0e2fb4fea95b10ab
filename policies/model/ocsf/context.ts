import {shownText, shownToken} from './text.ts';
import type {View} from './view.ts';

/** How a class prints what stands beside its details. */
export type ContextStyle = 'apart' | 'together' | 'config';

/** The bracketed groups at the end of a line: our own small fields, then the reason. */
export const contextOf = (view: View, style: ContextStyle): readonly string[] => {
	const fields = style === 'config' ? configContext(view) : freeContext(view);
	const reason = hasReason(view) ? shownText(view.text('status_detail')) : '';
	const reasonText = reason === '' ? [] : [`reason:${reason}`];
	const printed = fields.map(([name, value]) => `${name}:${shownToken(value)}`);
	const groups = style === 'together' ? [[...printed, ...reasonText]] : [printed, reasonText];
	return groups.filter(group => group.length > 0).map(group => `[${group.join(' ')}]`);
};

type Field = readonly [name: string, value: string];

/** One group: `[policy:github engine:l7-rest]`. */
export const inBrackets = (fields: readonly Field[]): string =>
	`[${fields.map(([name, value]) => `${name}:${shownToken(value)}`).join(' ')}]`;

/** A request that audit mode let pass says so in its fields; nothing was refused. */
const hasReason = (view: View): boolean =>
	view.has('status_detail') && view.text('action') !== 'Observed';

/** Of a change of policy only these are shown, in this order (contract §7.3, with ours before). */
const configFields: readonly Field[] = [
	['chunk', 'chunk_id'],
	['decided_by', 'decided_by'],
	['tier', 'tier'],
	['auto', 'auto'],
	['source', 'source'],
	['prover_delta', 'prover_delta'],
	['recommendation', 'recommendation'],
	['resolved_from', 'resolved_from'],
	['version', 'policy_version'],
	['hash', 'policy_hash'],
];

const configContext = (view: View): readonly Field[] =>
	configFields.flatMap(([name, key]) => {
		const value = view.unmapped[key];
		return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
	});

/** The method of a request is already in its label. */
const freeContext = (view: View): readonly Field[] => {
	const traffic: readonly Field[] = view.has('traffic.bytes_in')
		? [
				['in', view.text('traffic.bytes_in')],
				['out', view.text('traffic.bytes_out')],
			]
		: [];
	const own = Object.entries(view.unmapped).flatMap(([name, value]) =>
		typeof value === 'object' || name === 'http_method' ? [] : [[name, String(value)] as const],
	);
	return [...traffic, ...own];
};
