import {intersects as intersectsNfa} from '../automaton/intersect.ts';
import {LazyDfa} from '../automaton/lazy-dfa.ts';
import {maxMatcherStates} from '../automaton/limits.ts';
import {type Nfa, nfaOf} from '../automaton/nfa.ts';
import {ok, type Result} from '../result.ts';
import type {Dialect, Glob, GlobError} from './ast.ts';
import {maxCachedMatchers} from './limits.ts';
import {expressionOf} from './lower.ts';
import {parseGlob} from './parse.ts';

/** Answers for one pattern, in time linear in the text. */
export type Matcher = {test(text: string): boolean};

/** The automaton is made when it is first asked: most patterns of a policy never are. */
export const compileGlob = (glob: Glob): Matcher => {
	const {literal} = glob;
	if (literal !== undefined) {
		return {test: text => text === literal};
	}

	if (glob.nodes.every(({kind}) => kind === 'anything')) {
		return {test: () => true};
	}

	let automaton: LazyDfa | undefined;
	return {
		test: text => {
			automaton ??= new LazyDfa(globNfa(glob), {maxStates: maxMatcherStates, atBound: 'restart'});
			return automaton.test(text);
		},
	};
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
	const matcher = readMatcher(text, dialect);
	if (!matcher.ok) {
		throw new TypeError(`not an admitted pattern: ${matcher.error.message}`);
	}

	return matcher.value;
};

/** Reads and compiles a pattern; the rules of a policy repeat few patterns many times, and share them. */
export const readMatcher = (text: string, dialect: Dialect): Result<Matcher, GlobError> => {
	const key = `${dialect} ${text}`;
	const cached = matchers.get(key);
	if (cached) {
		return ok(cached);
	}

	const glob = parseGlob(text, dialect);
	if (!glob.ok) {
		return glob;
	}

	if (matchers.size >= maxCachedMatchers) {
		matchers.clear();
	}

	const matcher = compileGlob(glob.value);
	matchers.set(key, matcher);
	return ok(matcher);
};

const matchers = new Map<string, Matcher>();
