import test from 'ava';
import type {PolicyInForce} from '../../policies/model/plugin.ts';
import {makeSnapshot} from '../../proxy/snapshot.ts';

const policy = (revision: number): PolicyInForce => ({revision}) as PolicyInForce;

test('nothing is in force before the first swap', t => {
	t.is(makeSnapshot().current(), undefined);
});

test('a swap is seen by listeners, in order, until they unsubscribe', t => {
	const snapshot = makeSnapshot();
	const seen: string[] = [];
	const end = snapshot.onSwap(() => seen.push(`first ${snapshot.current()?.revision}`));
	snapshot.onSwap(() => seen.push(`second ${snapshot.current()?.revision}`));
	snapshot.swap(policy(1));
	end();
	snapshot.swap(policy(2));
	t.deepEqual(seen, ['first 1', 'second 1', 'second 2']);
});

test('a throwing listener stops neither the swap nor the others', t => {
	const snapshot = makeSnapshot();
	let isTold = false;
	snapshot.onSwap(() => {
		throw new Error('broken');
	});
	snapshot.onSwap(() => {
		isTold = true;
	});
	t.throws(() => snapshot.swap(policy(1)), {instanceOf: AggregateError});
	t.true(isTold);
	t.is(snapshot.current()?.revision, 1);
});
