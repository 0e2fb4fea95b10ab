import {charSetOf, oneChar} from '../automaton/char-set.ts';
import {chars, choice, repeat, sequence, text} from '../automaton/expression.ts';
import {intersects} from '../automaton/intersect.ts';
import {nfaOf} from '../automaton/nfa.ts';
import {globNfa} from '../glob/compile.ts';
import {parseGlob} from '../glob/parse.ts';

/**
Whether some canonical request path matches a path glob. One that none matches is a spelling
mistake, and in a deny rule a dangerous one: it would never fire.
*/
export const isReachablePath = (pattern: string): boolean => {
	const glob = parseGlob(pattern, 'path');
	return glob.ok && intersects(globNfa(glob.value), canonicalPaths);
};

/** contract 1.6 step 11: what a path keeps as it is, and what it encodes. */
const kept = charSetOf(
	[...`-._~!$&'()*+,=:@/`]
		.map((char): readonly [number, number] => [char.charCodeAt(0), char.charCodeAt(0)])
		.concat([
			[0x30, 0x39],
			[0x41, 0x5a],
			[0x61, 0x7a],
		]),
);
const hex = charSetOf([
	[0x30, 0x39],
	[0x41, 0x46],
]);

const canonicalPaths = nfaOf(
	sequence(
		text('/'),
		repeat(choice(chars(kept), sequence(chars(oneChar(0x25)), chars(hex), chars(hex)))),
	),
);
