import test from 'ava';
import type {Event} from '../../policies/model/event.ts';
import type {Digest} from '../../policies/model/names.ts';
import {err, ok} from '../../policies/model/result.ts';
import {loadPolicy, type PolicyText} from '../../proxy/load.ts';
import {makeSnapshot} from '../../proxy/snapshot.ts';

const makeLoad = () => {
	const snapshot = makeSnapshot();
	const events: Event[] = [];
	const load = (changes: Partial<PolicyText>) =>
		loadPolicy(
			{
				snapshot,
				read: yaml =>
					yaml === 'bad'
						? err('line 1: bad')
						: ok({
								compiled: {policy: {network_policies: new Map([['a', {}]])}} as never,
								hash: 'own' as Digest,
							}),
				tell: event => {
					events.push(event);
				},
				now: () => 5,
			},
			{source: 'gateway', revision: 1, yaml: 'good', ...changes},
		);
	return {snapshot, events, load};
};

test('a policy comes into force whole and is told', t => {
	const {snapshot, events, load} = makeLoad();
	t.true(load({source: 'file', revision: 0}).ok);
	t.true(load({revision: 1, hash: 'theirs' as Digest}).ok);
	t.like(snapshot.current(), {revision: 1, hash: 'theirs', yaml: 'good'});
	t.deepEqual(events, [
		{kind: 'policy.loaded', at: 5, source: 'file', revision: 0, hash: 'own', ruleCount: 1},
		{
			kind: 'policy.reloaded',
			at: 5,
			source: 'gateway',
			revision: 1,
			hash: 'theirs',
			ruleCount: 1,
			previousRevision: 0,
		},
	]);
});

test('a policy that cannot be read leaves the one before it in force, and says why', t => {
	const {snapshot, events, load} = makeLoad();
	t.deepEqual(load({yaml: 'bad'}), {ok: false, error: 'line 1: bad'});
	t.is(snapshot.current(), undefined);
	t.like(events[0], {kind: 'policy.load_failed', isPreviousKept: false, error: 'line 1: bad'});
	load({revision: 2});
	t.false(load({revision: 3, yaml: 'bad'}).ok);
	t.is(snapshot.current()?.revision, 2);
	t.like(events[2], {kind: 'policy.load_failed', revision: 3, isPreviousKept: true});
});

test('a revision that goes back is refused (X37)', t => {
	const {snapshot, load} = makeLoad();
	load({revision: 7});
	t.deepEqual(load({revision: 6}), {
		ok: false,
		error: 'revision 6 is older than 7, which is in force',
	});
	t.is(snapshot.current()?.revision, 7);
});
