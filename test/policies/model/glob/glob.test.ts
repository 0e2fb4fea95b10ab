import test from 'ava';
import fc from 'fast-check';
import type {Dialect, Glob, GlobError} from '../../../../policies/model/glob/ast.ts';
import {compileGlob, intersects} from '../../../../policies/model/glob/compile.ts';
import {escapeGlob, parseGlob} from '../../../../policies/model/glob/parse.ts';
import {naiveMatch} from '../../../helpers/naive-glob.ts';
import {contractVectors, overruledVectors} from '../../../helpers/vectors.ts';

type PathVector = {
	readonly id: string;
	readonly matcher: 'rest' | 'endpoint' | 'dot' | 'binary';
	readonly pattern: string;
	readonly path: string;
	readonly expect: boolean | 'error';
};

const dialectOf = (matcher: PathVector['matcher']): Dialect =>
	matcher === 'dot' ? 'value' : 'path';

const answer = (pattern: string, text: string, dialect: Dialect): boolean | 'error' => {
	const glob = parseGlob(pattern, dialect);
	return glob.ok ? compileGlob(glob.value).test(text) : 'error';
};

const glob = (text: string, dialect: Dialect): Glob => {
	const parsed = parseGlob(text, dialect);
	if (!parsed.ok) {
		throw new Error(`${text}: ${parsed.error.message}`);
	}

	return parsed.value;
};

for (const {id, matcher, pattern, path, expect} of contractVectors<PathVector>('path_match')) {
	// An endpoint without a path is any path: that is the endpoint's meaning, not the glob's.
	const asked = matcher === 'endpoint' && pattern === '' ? '**' : pattern;
	test(`${id}: ${matcher} ${pattern} on ${path}`, t => {
		t.is(answer(asked, path, dialectOf(matcher)), expect);
	});
}

test('where a decision overrules a vector, ours is the opposite or an error', t => {
	for (const {matcher, pattern, path, expect} of overruledVectors<PathVector>('path_match')) {
		t.not(answer(pattern, path, dialectOf(matcher)), expect);
	}
});

const faults: ReadonlyArray<readonly [string, Dialect, GlobError['kind']]> = [
	['/a[', 'path', 'UnclosedClass'],
	['/a[b', 'path', 'UnclosedClass'],
	['/a[]', 'path', 'UnclosedClass'],
	['/a[b-', 'path', 'UnclosedClass'],
	['/a[z-a]', 'path', 'InvalidClass'],
	['/a[/]', 'path', 'InvalidClass'],
	['/a[\\]]', 'path', 'InvalidClass'],
	['/a{b', 'path', 'UnclosedChoice'],
	['/a{b,', 'path', 'UnclosedChoice'],
	['/a}', 'path', 'UnopenedChoice'],
	['/{a}}', 'path', 'UnopenedChoice'],
	['/a{b,}', 'path', 'EmptyAlternative'],
	['/a{}', 'path', 'EmptyAlternative'],
	['/{{{{{a}}}}}', 'path', 'ChoiceTooDeep'],
	['/a\\', 'path', 'DanglingEscape'],
	['/*'.repeat(9), 'path', 'TooManyStars'],
	[`/*a${'?'.repeat(13)}`, 'path', 'TooManySingles'],
	[`/*${'a'.repeat(256)}`, 'path', 'PatternTooLong'],
	[`/${'a'.repeat(4096)}`, 'path', 'PatternTooLong'],
	['[\u{0}-\u{fff0}]', 'value', 'ClassTooLarge'],
	['a**.example.com', 'host', 'InvalidLabelWildcard'],
	['***.example.com', 'host', 'InvalidLabelWildcard'],
];

for (const [pattern, dialect, kind] of faults) {
	test(`${pattern.slice(0, 30)} (${pattern.length} characters) is refused at load: ${kind}`, t => {
		const parsed = parseGlob(pattern, dialect);
		t.is(parsed.ok ? undefined : parsed.error.kind, kind);
	});
}

test('patterns at the admission bounds are accepted', t => {
	for (const pattern of [
		'/*'.repeat(8),
		`/*${'?'.repeat(12)}`,
		`/*${'a'.repeat(254)}`,
		`/${'a'.repeat(4095)}`,
		'/{{{{a}}}}',
		'/[\u{100}-\u{8cf}]',
	]) {
		t.true(parseGlob(pattern, 'path').ok, pattern.slice(0, 40));
	}
});

const table: ReadonlyArray<readonly [string, string, Dialect, boolean]> = [
	['/{a,b/c}/d', '/b/c/d', 'path', true],
	['/{a,b}/d', '/c/d', 'path', false],
	['/{a/**,b}', '/a/x/y', 'path', true],
	['/{a/**,b}', '/b', 'path', true],
	['/{a/**,b}', '/b/x', 'path', false],
	['/a/**/**/b', '/a/b', 'path', true],
	['/a/**/**', '/a/', 'path', true],
	['/a/**/**', '/a', 'path', false],
	['**/**', 'a/b', 'path', true],
	['/***', '/a', 'path', true],
	['/***', '/a/b', 'path', false],
	['/[!a]', '//', 'path', false],
	['/[]a]', '/]', 'path', true],
	['/[a-]', '/-', 'path', true],
	['/[!]a]', '/b', 'path', true],
	['/\\[a\\]', '/[a]', 'path', true],
	['/a,b', '/a,b', 'path', true],
	['/?', '/😀', 'path', true],
	['/?', '/é', 'path', true],
	['/[😀-😂]', '/😁', 'path', true],
	['*', 'a.b/c', 'value', true],
	['a*c', 'a/b.c', 'value', true],
	['a?c', 'a/c', 'value', true],
	['**', '', 'value', true],
	['a**', 'a/b', 'value', true],
	['', '', 'value', true],
	['', 'a', 'value', false],
	['*.s3.*.example.com', 'b.s3.eu.example.com', 'host', true],
	['*.example.com', '.example.com', 'host', false],
	['*-api.example.com', '-api.example.com', 'host', true],
	['a?c.example.com', 'abc.example.com', 'host', false],
	['{a,b}.example.com', 'a.example.com', 'host', false],
];

for (const [pattern, text, dialect, expected] of table) {
	test(`${dialect} ${pattern} ${expected ? 'matches' : 'does not match'} ${text}`, t => {
		t.is(answer(pattern, text, dialect), expected);
	});
}

const piece = fc.constantFrom(
	'/',
	'a',
	'b',
	'.',
	'*',
	'**',
	'/**',
	'/**/',
	'?',
	'[ab]',
	'[!a]',
	'[a-c/]',
	'{a,b/}',
	'{?,bb}',
	'\\*',
);
const patternText = fc.array(piece, {maxLength: 6}).map(parts => parts.join(''));
const subject = fc
	.array(fc.constantFrom('/', 'a', 'b', '.', 'c', '*'), {maxLength: 8})
	.map(parts => parts.join(''));

for (const dialect of ['path', 'value'] as const) {
	test(`${dialect} globs agree with a backtracking matcher that shares no code`, t => {
		let compared = 0;
		fc.assert(
			fc.property(
				patternText,
				fc.array(subject, {minLength: 8, maxLength: 8}),
				(pattern, texts) => {
					const parsed = parseGlob(pattern, dialect);
					fc.pre(parsed.ok);
					const matcher = compileGlob(parsed.value);
					for (const text of texts) {
						compared++;
						if (matcher.test(text) !== naiveMatch(pattern, text, dialect)) {
							throw new Error(`${pattern} on ${JSON.stringify(text)}: ${matcher.test(text)}`);
						}
					}
				},
			),
			{numRuns: 3000},
		);
		t.true(compared > 10_000);
	});
}

test('host globs agree with a matcher over labels that shares no code', t => {
	const label = fc.constantFrom('a', 'b', 'ab', 'a-b', '*', '**', '*-b', 'a*');
	const host = fc.array(fc.constantFrom('a', 'b', 'ab', 'a-b', 'aab'), {
		minLength: 1,
		maxLength: 4,
	});
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.array(label, {minLength: 1, maxLength: 4}), host, (labels, names) => {
				const pattern = labels.join('.');
				return (
					answer(pattern, names.join('.'), 'host') === naiveMatch(pattern, names.join('.'), 'host')
				);
			}),
			{numRuns: 3000},
		);
	});
});

test('an escaped text matches itself and nothing else', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.string({unit: 'binary', maxLength: 40}), subject, (text, other) => {
				const matcher = compileGlob(glob(escapeGlob(text), 'path'));
				return matcher.test(text) && matcher.test(other) === (other === text);
			}),
		);
	});
});

test('two globs intersect exactly when some text matches both', t => {
	const texts = [...allTexts(['/', 'a', 'b'], 5)];
	const small = fc
		.array(fc.constantFrom('/', 'a', 'b', '*', '?', '/**', '[ab]'), {maxLength: 4})
		.map(p => p.join(''));
	t.notThrows(() => {
		fc.assert(
			fc.property(small, small, (left, right) => {
				const a = glob(left, 'path');
				const b = glob(right, 'path');
				const [isLeft, isRight] = [compileGlob(a), compileGlob(b)];
				const found = texts.some(text => isLeft.test(text) && isRight.test(text));
				const claimed = intersects(a, b);
				// A common text of two such patterns, if any, is at most eight long; below six the search is complete.
				if (found !== claimed && (found || left.length + right.length <= 5)) {
					throw new Error(`${left} and ${right}: ${claimed}`);
				}

				return intersects(b, a) === claimed;
			}),
			{numRuns: 1000},
		);
	});
});

test('a pattern that needs more states than are kept still answers rightly', t => {
	const pattern = `*a${'?'.repeat(12)}`;
	const matcher = compileGlob(glob(pattern, 'value'));
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('a', 'b'), {minLength: 10, maxLength: 400}),
				chars => matcher.test(chars.join('')) === (chars.at(-13) === 'a'),
			),
			{numRuns: 500},
		);
	});
});

function* allTexts(alphabet: readonly string[], length: number): Generator<string> {
	yield '';
	if (length > 0) {
		for (const rest of allTexts(alphabet, length - 1)) {
			for (const char of alphabet) {
				yield char + rest;
			}
		}
	}
}
