/** A set of Unicode code points: sorted, disjoint, non-adjacent ranges, both ends included. */
export type CharSet = readonly CharRange[];

export type CharRange = readonly [from: number, to: number];

const lastCodePoint = 0x10_ff_ff;

export const anyChar: CharSet = [[0, lastCodePoint]];

/** ASCII sets are shared, so that an automaton sees few distinct ones. */
export const oneChar = (codePoint: number): CharSet =>
	asciiSets[codePoint] ?? [[codePoint, codePoint]];

const asciiSets: readonly CharSet[] = Array.from({length: 128}, (_, codePoint) => [
	[codePoint, codePoint],
]);

/** Puts ranges in normal form, so that equal sets are equal lists. */
export const charSetOf = (ranges: readonly CharRange[]): CharSet => {
	const merged: Array<[number, number]> = [];
	for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
		const last = merged.at(-1);
		if (last && from <= last[1] + 1) {
			last[1] = Math.max(last[1], to);
		} else {
			merged.push([from, to]);
		}
	}

	return merged;
};

export const complement = (set: CharSet): CharSet => {
	const gaps: CharRange[] = [];
	let next = 0;
	for (const [from, to] of set) {
		if (from > next) {
			gaps.push([next, from - 1]);
		}

		next = to + 1;
	}

	return next > lastCodePoint ? gaps : [...gaps, [next, lastCodePoint]];
};

export const without = (set: CharSet, codePoint: number): CharSet =>
	complement(charSetOf([...complement(set), [codePoint, codePoint]]));

export const contains = (set: CharSet, codePoint: number): boolean =>
	set.some(([from, to]) => from <= codePoint && codePoint <= to);

/** True when some code point is in both. */
export const overlaps = (a: CharSet, b: CharSet): boolean =>
	a.some(([from, to]) => b.some(other => from <= other[1] && other[0] <= to));
