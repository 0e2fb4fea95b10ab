import {overlaps} from './char-set.ts';
import type {Nfa} from './nfa.ts';

/**
True when some text is accepted by both. Exact: it walks the product of the two automata, which
has at most (m + 1)(n + 1) states, so no bound is needed beyond the one on the patterns.
*/
export const intersects = (a: Nfa, b: Nfa): boolean => {
	const width = b.entry.length;
	const seen = new Uint8Array(a.entry.length * width);
	const open: Array<readonly [number, number]> = [[0, 0]];
	for (let pair = open.pop(); pair; pair = open.pop()) {
		const [left, right] = pair;
		if (a.isAccepting[left] && b.isAccepting[right]) {
			return true;
		}

		for (const step of commonSteps(a, b, left, right)) {
			const index = step[0] * width + step[1];
			if (seen[index] === 0) {
				seen[index] = 1;
				open.push(step);
			}
		}
	}

	return false;
};

/** The pairs that one character leads to. */
const commonSteps = (
	a: Nfa,
	b: Nfa,
	left: number,
	right: number,
): ReadonlyArray<readonly [number, number]> =>
	(a.next[left] ?? []).flatMap(x =>
		(b.next[right] ?? [])
			.filter(y => overlaps(a.entry[x] ?? [], b.entry[y] ?? []))
			.map((y): readonly [number, number] => [x, y]),
	);
