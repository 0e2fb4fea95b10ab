/**
Whether two values of the policy language say the same: objects and maps by their keys in any
order, lists in order, an absent key like one that is undefined.
*/
export const same = (a: unknown, b: unknown): boolean => {
	if (a === b) {
		return true;
	}

	if (Array.isArray(a) || Array.isArray(b)) {
		return Array.isArray(a) && Array.isArray(b) && sameList(a, b);
	}

	return isObject(a) && isObject(b) && sameEntries(entriesOf(a), entriesOf(b));
};

/** The list and those of `more` that it does not have yet, in order, each once. */
export const union = <T>(list: readonly T[], more: readonly T[]): readonly T[] => {
	const result: T[] = [];
	for (const item of [...list, ...more]) {
		if (!has(result, item)) {
			result.push(item);
		}
	}

	return result;
};

export const has = <T>(list: readonly T[], wanted: T): boolean =>
	list.some(item => same(item, wanted));

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
	a.length === b.length && a.every((item, index) => same(item, b[index]));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const entriesOf = (value: object): ReadonlyMap<unknown, unknown> =>
	value instanceof Map
		? value
		: new Map(Object.entries(value).filter(([, item]) => item !== undefined));

const sameEntries = (a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean =>
	a.size === b.size && [...a].every(([key, item]) => b.has(key) && same(item, b.get(key)));
