import {maxDepth, maxNodes} from './limits.ts';
import {DocumentFault, type DocumentNode} from './node.ts';

/** A parsed JSON value as nodes, without positions. Throws `DocumentFault`. */
export const nodeFromJson = (value: unknown): DocumentNode => convert(value, 0, {count: 0});

const convert = (value: unknown, depth: number, seen: {count: number}): DocumentNode => {
	seen.count++;
	if (seen.count > maxNodes) {
		throw new DocumentFault('DocumentTooLarge', `more than ${maxNodes} values`);
	}

	if (depth > maxDepth) {
		throw new DocumentFault('DocumentTooDeep', `nested more than ${maxDepth} levels deep`);
	}

	if (Array.isArray(value)) {
		const items = value.map(item => convert(item, depth + 1, seen));
		return {kind: 'list', items, position: undefined};
	}

	if (typeof value === 'object' && value !== null) {
		const entries = new Map(
			Object.entries(value)
				.filter(([, item]) => item !== undefined)
				.map(([key, item]) => [
					key,
					{keyPosition: undefined, value: convert(item, depth + 1, seen)},
				]),
		);
		return {kind: 'mapping', entries, position: undefined};
	}

	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
		return {kind: 'scalar', value, position: undefined};
	}

	return {kind: 'scalar', value: null, position: undefined};
};
