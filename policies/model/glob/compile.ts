import {intersects as intersectsNfa} from '../automaton/intersect.ts';
import {LazyDfa} from '../automaton/lazy-dfa.ts';
import {maxMatcherStates} from '../automaton/limits.ts';
import {type Nfa, nfaOf} from '../automaton/nfa.ts';
import type {Dialect, Glob} from './ast.ts';
import {maxCachedMatchers} from './limits.ts';
import {expressionOf} from './lower.ts';
import {parseGlob} from './parse.ts';

/** Answers for one pattern, in time linear in the text. */
export type Matcher = {test(text: string): boolean};

export const compileGlob = (glob: Glob): Matcher => {
	const {literal} = glob;
	return literal === undefined
		? new LazyDfa(globNfa(glob), {maxStates: maxMatcherStates, atBound: 'restart'})
		: {test: text => text === literal};
};

/** True when some text matches both. Exact. */
export const intersects = (a: Glob, b: Glob): boolean => {
	if (a.literal !== undefined && b.literal !== undefined) {
		return a.literal === b.literal;
	}

	return intersectsNfa(globNfa(a), globNfa(b));
};

/** The automaton that enforcement and prover share. */
export const globNfa = (glob: Glob): Nfa => {
	let nfa = automata.get(glob);
	if (!nfa) {
		nfa = nfaOf(expressionOf(glob));
		automata.set(glob, nfa);
	}

	return nfa;
};

const automata = new WeakMap<Glob, Nfa>();

/**
A pattern that was admitted when its policy was loaded, compiled once for all who ask.
Throws on a pattern that would not have been admitted.
*/
export const matcherOf = (text: string, dialect: Dialect): Matcher => {
	const key = `${dialect} ${text}`;
	const cached = matchers.get(key);
	if (cached) {
		return cached;
	}

	const glob = parseGlob(text, dialect);
	if (!glob.ok) {
		throw new TypeError(`not an admitted pattern: ${glob.error.message}`);
	}

	if (matchers.size >= maxCachedMatchers) {
		matchers.clear();
	}

	const matcher = compileGlob(glob.value);
	matchers.set(key, matcher);
	return matcher;
};

const matchers = new Map<string, Matcher>();
