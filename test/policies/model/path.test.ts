import test from 'ava';
import fc from 'fast-check';
import {canonicalTarget, type TargetError} from '../../../policies/model/path.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type PathVector = {
	readonly id: string;
	readonly raw: string | null;
	readonly options?: {readonly allow_encoded_slash?: boolean};
	readonly expect: {
		readonly path?: string;
		readonly query?: string;
		readonly error?: TargetError;
		readonly rewritten?: boolean;
		readonly path_generator?: string;
	};
};

for (const {id, raw, options, expect} of contractVectors<PathVector>('canonicalize')) {
	const target = raw ?? `/${'a'.repeat(4095)}`;
	test(`${id}: ${JSON.stringify(target).slice(0, 60)}`, t => {
		const read = canonicalTarget(target, {
			allowEncodedSlash: options?.allow_encoded_slash ?? false,
		});
		if (!read.ok) {
			t.is(read.error, expect.error ?? ('nothing' as TargetError));
			return;
		}

		t.is(expect.error, undefined);
		t.is(read.value.path as string, expect.path ?? target);
		t.is(read.value.isRewritten, expect.rewritten ?? read.value.isRewritten);
		if ('query' in expect) {
			t.is(read.value.query, expect.query);
		}
	});
}

const read = (raw: string, allowEncodedSlash = false) => {
	const target = canonicalTarget(raw, {allowEncodedSlash});
	return target.ok ? target.value : target.error;
};

test('targets that are no path are refused by name', t => {
	t.is(read('*'), 'MalformedTarget');
	t.is(read('host:443'), 'MalformedTarget');
	t.is(read('//x/../..'), 'TraversalAboveRoot');
	t.is(read('/\u00e9'), 'NonAscii');
	t.is(read('/a?q=\u0001'), 'NullOrControlByte');
	t.is(read(`/${'a'.repeat(4096)}`), 'PathTooLong');
	t.is(read(`/${'"'.repeat(2000)}`), 'PathTooLong');
	t.is(read('/%zz'), 'InvalidPercentEncoding');
	t.is(read('/%%41'), 'InvalidPercentEncoding');
	t.is(read('/a%2f..', true), 'ResidualDotSegment');
});

test('a target says what was done to it', t => {
	t.deepEqual(read('/a/%2F/b?x=%2e', true) as unknown, {
		path: '/a/%2F/b',
		query: 'x=%2e',
		hasEncodedSlash: true,
		isRewritten: false,
	});
	t.deepEqual(read('http://h.example:8080/a;p=1/./b?') as unknown, {
		path: '/a/b',
		query: '',
		hasEncodedSlash: false,
		isRewritten: true,
	});
	t.like(read('/a/%252F/b'), {path: '/a/%252F/b', hasEncodedSlash: false, isRewritten: false});
	t.like(read('/a%3Bb/c'), {path: '/a/c', query: undefined});
});

const piece = fc.constantFrom(
	'/',
	'.',
	'..',
	';',
	'%2e',
	'%2E',
	'%2f',
	'%2F',
	'%5c',
	'\\',
	'a',
	'B~',
	'%41',
	'%25',
	'%',
	'%3b',
	' ',
	'"',
	'//',
	'?',
	':',
	'://',
	'http://h',
	'*',
	'%c3%a9',
);
const raws = fc.oneof(
	fc.array(piece, {maxLength: 14}).map(parts => `/${parts.join('')}`),
	fc.array(piece, {maxLength: 10}).map(parts => parts.join('')),
	fc.string({unit: 'binary-ascii', maxLength: 30}),
);

test('a canonical path holds nothing that a server could resolve, and is its own canonical form', t => {
	let accepted = 0;
	fc.assert(
		fc.property(raws, fc.boolean(), (raw, allowEncodedSlash) => {
			const target = canonicalTarget(raw, {allowEncodedSlash});
			if (!target.ok) {
				return true;
			}

			accepted++;
			const {path} = target.value;
			const again = canonicalTarget(path, {allowEncodedSlash});
			const segments = path.split(/\/|%2F/);
			return (
				again.ok &&
				again.value.path === path &&
				!again.value.isRewritten &&
				!path.includes('//') &&
				!segments.includes('..') &&
				!segments.includes('.') &&
				/^\/(?:[\w\-.~!$&'()*+,=:@/]|%[\dA-F]{2})*$/.test(path) &&
				(allowEncodedSlash || !path.includes('%2F'))
			);
		}),
		{numRuns: 5000},
	);
	t.true(accepted > 1000);
});
