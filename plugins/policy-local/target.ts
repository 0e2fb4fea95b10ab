/** A request target in two parts; `query` is without its question mark. */
export type Target = {readonly path: string; readonly query: string};

/** Origin form and the absolute form that a proxy is sent mean the same here. A fragment never arrives. */
export const parseTarget = (target: string): Target => {
	const origin = target.replace(/^http:\/\/[^/?#]*/i, '');
	const at = origin.indexOf('?');
	const path = at === -1 ? origin : origin.slice(0, at);
	return {path: path === '' ? '/' : path, query: at === -1 ? '' : origin.slice(at + 1)};
};

export type Range = {readonly least: number; readonly usual: number; readonly most: number};

/** One number of the query, held within its range; what is not a number counts as not said (contract §3.2). */
export const numberFrom = (query: string, key: string, {least, usual, most}: Range): number => {
	const value = query
		.split('&')
		.map(pair => pair.split('='))
		.find(([name]) => name === key)?.[1];
	return value !== undefined && /^\d+$/.test(value)
		? Math.min(most, Math.max(least, Number(value)))
		: usual;
};
