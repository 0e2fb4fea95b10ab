import test from 'ava';
import {lastLines, waitSeconds} from '../../../plugins/policy-local/limits.ts';
import {numberFrom, parseTarget} from '../../../plugins/policy-local/target.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type Vector = {readonly query: string; readonly seconds: number; readonly id: string};

test('the wait of the contract: usual, least and most, and nonsense is the usual', t => {
	const vectors = contractVectors<Vector>('wait_timeout_query');
	t.is(vectors.length, 4);
	for (const {query, seconds} of vectors) {
		t.is(numberFrom(query, 'timeout', waitSeconds), seconds, query);
	}

	for (const [query, seconds] of [
		['timeout=0', 1],
		['timeout=5', 5],
		['timeout=-5', 60],
		['timeout=5.5', 60],
		['timeout=99999999999999999999999', 300],
		['xtimeout=5', 60],
		['a=1&timeout=7&timeout=9', 7],
	] as const) {
		t.is(numberFrom(query, 'timeout', waitSeconds), seconds, query);
	}
});

test('the number of lines is held within its range', t => {
	t.is(numberFrom('last=0', 'last', lastLines), 1);
	t.is(numberFrom('last=500', 'last', lastLines), 100);
	t.is(numberFrom('', 'last', lastLines), 10);
});

test('a target is read alike in both forms', t => {
	t.deepEqual(parseTarget('/a?b=1?c'), {path: '/a', query: 'b=1?c'});
	t.deepEqual(parseTarget('http://policy.local/a?b'), {path: '/a', query: 'b'});
	t.deepEqual(parseTarget('http://policy.local'), {path: '/', query: ''});
});
