import test from 'ava';
import fc from 'fast-check';
import {parseQuery} from '../../../policies/model/query.ts';

const read = (raw: string | undefined) => {
	const query = parseQuery(raw);
	return query.ok ? Object.fromEntries(query.value) : query.error;
};

test('a query is read as keys with their values, decoded, in order', t => {
	t.deepEqual(read('a=1&b=x+y&a=%32&c&=e&d=%2B%26&e=f=g'), {
		a: ['1', '2'],
		b: ['x y'],
		c: [''],
		'': ['e'],
		d: ['+&'],
		e: ['f=g'],
	});
	t.deepEqual(read(undefined), {});
	t.deepEqual(read('&&'), {});
});

test('a key named __proto__ is a key', t => {
	const query = parseQuery('__proto__=x');
	t.deepEqual(query.ok && [...query.value], [['__proto__', ['x']]]);
});

test('what is not valid percent-encoded UTF-8 is refused', t => {
	for (const raw of ['a=%', 'a=%zz', 'a=%ff', '%c3=1', 'a=%ed%a0%80']) {
		t.is(read(raw), 'the query is not valid percent-encoded UTF-8');
	}
});

test('a query of more than 1024 parameters is refused', t => {
	t.is(typeof read('a&'.repeat(1024)), 'object');
	t.is(read('a&'.repeat(1025)), 'the query has more than 1024 parameters');
});

test('whatever a form encodes comes back', t => {
	const pairs = fc.array(
		fc.tuple(fc.string({unit: 'grapheme', minLength: 1}), fc.string({unit: 'grapheme'})),
		{maxLength: 8},
	);
	t.notThrows(() => {
		fc.assert(
			fc.property(pairs, list => {
				const query = parseQuery(
					new URLSearchParams(
						list.map(([key, value]): [string, string] => [key, value]),
					).toString(),
				);
				return (
					query.ok &&
					list.every(([key, value]) => query.value.get(key)?.includes(value)) &&
					[...query.value.values()].flat().length === list.length
				);
			}),
		);
	});
});
