import {type CharSet, contains} from './char-set.ts';

/**
The alphabet, cut into classes that no given set can tell apart, so that an automaton's table
has a column per class instead of one per code point.
*/
export type SymbolClasses = {
	readonly count: number;
	/** One member of each class. */
	readonly representatives: readonly number[];
	classOf(codePoint: number): number;
};

export const symbolClassesOf = (sets: Iterable<CharSet>): SymbolClasses => {
	const distinct = [...new Set(sets)];
	const cuts = cutsOf(distinct);
	const bySignature = new Map<string, number>();
	const representatives: number[] = [];
	const classAtCut = cuts.map(cut => {
		const signature = distinct.map(set => (contains(set, cut) ? '1' : '0')).join('');
		let found = bySignature.get(signature);
		if (found === undefined) {
			found = representatives.push(cut) - 1;
			bySignature.set(signature, found);
		}

		return found;
	});
	const search = (codePoint: number): number => classAtCut[lastAtMost(cuts, codePoint)] ?? 0;
	const ascii = Uint16Array.from({length: 128}, (_, codePoint) => search(codePoint));

	return {
		count: representatives.length,
		representatives,
		classOf: codePoint => ascii[codePoint] ?? search(codePoint),
	};
};

/** The first code point of each stretch in which no set begins or ends. */
const cutsOf = (sets: readonly CharSet[]): readonly number[] => {
	const cuts = new Set([0]);
	for (const set of sets) {
		for (const [from, to] of set) {
			cuts.add(from);
			cuts.add(to + 1);
		}
	}

	return [...cuts].sort((a, b) => a - b);
};

/** Index of the last member that is not above the value; the first member is 0. */
const lastAtMost = (sorted: readonly number[], value: number): number => {
	let low = 0;
	let high = sorted.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((sorted[middle] ?? 0) <= value) {
			low = middle;
		} else {
			high = middle - 1;
		}
	}

	return low;
};
