import test from 'ava';
import type {PolicyInForce} from '../../policies/model/plugin.ts';
import {makePassages} from '../../proxy/passages.ts';
import {makeSnapshot} from '../../proxy/snapshot.ts';

const policy = (revision: number): PolicyInForce => ({revision}) as PolicyInForce;

test('a swap closes exactly the passages that the new policy takes away', t => {
	const snapshot = makeSnapshot();
	const passages = makePassages(snapshot);
	const closed: string[] = [];
	const add = (name: string, cause: string | undefined) =>
		passages.add({
			reconsider: () => cause,
			revoke: why => closed.push(`${name}: ${why}`),
		});
	add('kept', undefined);
	add('taken', 'now denied');
	const end = add('ended', 'now denied');
	end();
	snapshot.swap(policy(1));
	t.deepEqual(closed, ['taken: now denied']);
	t.is(passages.size, 2);
});

test('a passage that cannot be judged again is closed', t => {
	const snapshot = makeSnapshot();
	const passages = makePassages(snapshot);
	const closed: string[] = [];
	passages.add({
		reconsider() {
			throw new Error('broken');
		},
		revoke: why => closed.push(why),
	});
	snapshot.swap(policy(1));
	t.deepEqual(closed, ['the policy was reloaded and deciding again failed']);
});

test('all passages can be closed at the end', t => {
	const passages = makePassages(makeSnapshot());
	const closed: string[] = [];
	passages.add({reconsider: () => undefined, revoke: why => closed.push(why)});
	passages.revokeAll('the proxy stops');
	t.deepEqual(closed, ['the proxy stops']);
});

test('a passage that fails to close keeps no other open', t => {
	const snapshot = makeSnapshot();
	const passages = makePassages(snapshot);
	const closed: string[] = [];
	passages.add({
		reconsider: () => 'denied',
		revoke() {
			throw new Error('stuck');
		},
	});
	passages.add({reconsider: () => 'denied', revoke: why => closed.push(why)});
	t.throws(() => snapshot.swap(policy(1)), {instanceOf: AggregateError});
	t.deepEqual(closed, ['denied']);
});
