import type {CharSet} from './char-set.ts';
import type {Expression} from './expression.ts';

/**
A position automaton (Glushkov): state 0 is the start, every other state is one character of the
expression and is entered by reading a member of its set. It has no empty moves and exactly one
state per character, so a product of two has at most (m + 1)(n + 1) states.
*/
export type Nfa = {
	/** What is read on entering a state; state 0 is never entered. */
	readonly entry: readonly CharSet[];
	readonly next: ReadonlyArray<readonly number[]>;
	readonly isAccepting: readonly boolean[];
};

export const nfaOf = (expression: Expression): Nfa => {
	const draft: Draft = {entry: [[]], next: [new Set()]};
	const whole = place(expression, draft);
	connect([0], whole.first, draft);
	const accepting = new Set(whole.isNullable ? [0, ...whole.last] : whole.last);

	return {
		entry: draft.entry,
		next: draft.next.map(states => [...states]),
		isAccepting: draft.entry.map((_, state) => accepting.has(state)),
	};
};

type Draft = {readonly entry: CharSet[]; readonly next: Array<Set<number>>};

/** Where a placed part can begin and end, and whether it can be passed without reading. */
type Placed = {
	readonly first: readonly number[];
	readonly last: readonly number[];
	readonly isNullable: boolean;
};

const place = (expression: Expression, draft: Draft): Placed => {
	switch (expression.kind) {
		case 'chars': {
			const state = draft.entry.push(expression.set) - 1;
			draft.next.push(new Set());
			return {first: [state], last: [state], isNullable: false};
		}

		case 'sequence':
			return placeSequence(expression.parts, draft);

		case 'choice': {
			const branches = expression.branches.map(branch => place(branch, draft));
			return {
				first: branches.flatMap(branch => branch.first),
				last: branches.flatMap(branch => branch.last),
				isNullable: branches.some(branch => branch.isNullable),
			};
		}

		case 'repeat': {
			const part = place(expression.part, draft);
			connect(part.last, part.first, draft);
			return {...part, isNullable: true};
		}
	}
};

const placeSequence = (parts: readonly Expression[], draft: Draft): Placed => {
	let whole: Placed = {first: [], last: [], isNullable: true};
	for (const expression of parts) {
		const part = place(expression, draft);
		connect(whole.last, part.first, draft);
		whole = {
			first: whole.isNullable ? [...whole.first, ...part.first] : whole.first,
			last: part.isNullable ? [...whole.last, ...part.last] : part.last,
			isNullable: whole.isNullable && part.isNullable,
		};
	}

	return whole;
};

const connect = (from: readonly number[], to: readonly number[], draft: Draft): void => {
	for (const state of from) {
		for (const target of to) {
			draft.next[state]?.add(target);
		}
	}
};
