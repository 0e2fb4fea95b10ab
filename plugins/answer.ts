import {jsonSafe} from '../policies/model/clean.ts';
import type {Answer, HeaderPairs} from '../policies/model/plugin.ts';

/**
An answer of the proxy itself: JSON with its keys in alphabetical order, nothing unseen in it,
never cached, never sniffed as something else (X39), and the connection ends after it (contract §4).
*/
export const jsonAnswer = (status: number, value: object, headers: HeaderPairs = []): Answer => {
	const body = jsonSafe(sorted(value));
	return {
		status,
		headers: [
			['content-type', 'application/json'],
			['content-length', String(new TextEncoder().encode(body).length)],
			['connection', 'close'],
			['cache-control', 'no-store'],
			['x-content-type-options', 'nosniff'],
			...headers,
		],
		body,
	};
};

/** Values keep their order, keys are sorted at every level. `undefined` is left out, as in JSON. */
const sorted = (value: unknown): unknown => {
	if (Array.isArray(value)) {
		return value.map(sorted);
	}

	if (typeof value !== 'object' || value === null) {
		return value;
	}

	return Object.fromEntries(
		Object.entries(value)
			.toSorted(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, item]) => [key, sorted(item)]),
	);
};
