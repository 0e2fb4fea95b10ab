/** A document before it becomes YAML or JSON. Maps, so that order is kept and any key is only a key. */
export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap;

export type PlainMap = ReadonlyMap<string, Plain>;

/** The entries that say something: what is undefined is left out. */
export const plainMap = (entries: Iterable<readonly [string, Plain | undefined]>): PlainMap =>
	new Map(
		[...entries].filter((entry): entry is readonly [string, Plain] => entry[1] !== undefined),
	);

/** The same as objects and arrays, for `JSON.stringify`; own keys only, whatever they are called. */
export const toJson = (plain: Plain): unknown => {
	if (plain instanceof Map) {
		return Object.fromEntries([...plain].map(([key, value]) => [key, toJson(value)]));
	}

	return Array.isArray(plain) ? plain.map(toJson) : plain;
};

/** Undefined where there is nothing to say: empty text, empty list, empty map, false. */
export const unlessEmpty = <P extends Plain>(value: P): P | undefined => {
	const isEmpty =
		value === '' ||
		value === false ||
		(Array.isArray(value) && value.length === 0) ||
		(value instanceof Map && value.size === 0);
	return isEmpty ? undefined : value;
};

/** A map in sorted key order. */
export const sortedMap = <T>(map: ReadonlyMap<string, T>, print: (value: T) => Plain): PlainMap =>
	new Map(
		[...map]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, value]): readonly [string, Plain] => [key, print(value)]),
	);

/** A JSON value of a free-form section. What JSON does not know is left out. */
export const plainOf = (value: unknown): Plain => {
	if (Array.isArray(value)) {
		return value.map(plainOf);
	}

	if (typeof value === 'object' && value !== null) {
		return sortedMap(new Map(Object.entries(value)), plainOf);
	}

	return value as string | number | boolean | null;
};
