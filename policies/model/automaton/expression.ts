import {type CharSet, oneChar} from './char-set.ts';

/** A regular expression over code points, as data. */
export type Expression =
	| {readonly kind: 'chars'; readonly set: CharSet}
	| {readonly kind: 'sequence'; readonly parts: readonly Expression[]}
	| {readonly kind: 'choice'; readonly branches: readonly Expression[]}
	| {readonly kind: 'repeat'; readonly part: Expression};

export const chars = (set: CharSet): Expression => ({kind: 'chars', set});

export const sequence = (...parts: readonly Expression[]): Expression => ({
	kind: 'sequence',
	parts,
});

export const choice = (...branches: readonly Expression[]): Expression => ({
	kind: 'choice',
	branches,
});

/** None, one or many. */
export const repeat = (part: Expression): Expression => ({kind: 'repeat', part});

export const nothing: Expression = sequence();

export const text = (literal: string): Expression =>
	sequence(...Array.from(literal, char => chars(oneChar(char.codePointAt(0) ?? 0))));
