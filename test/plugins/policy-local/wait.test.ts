import test from 'ava';
import {maxWaits, reloadFloorMs} from '../../../plugins/policy-local/limits.ts';
import {policyLocal} from '../../../plugins/policy-local/plugin.ts';
import {waitForRuling} from '../../../plugins/policy-local/wait.ts';
import type {Chunk} from '../../../policies/model/chunk.ts';
import type {Answer} from '../../../policies/model/plugin.ts';
import {send} from '../../helpers/exchange.ts';
import {aChunk, chunkId, fakeGateway} from '../../helpers/gateway.ts';
import {manualClock, turn} from '../../helpers/manual-clock.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';
import {fakePolicy} from '../../helpers/policy.ts';

const granted = `
version: 1
network_policies:
  github:
    name: github
    endpoints:
      - host: api.github.com
        port: 443
        protocol: rest
        enforcement: enforce
        rules:
          - allow: {method: POST, path: /user/repos}
    binaries:
      - path: /usr/bin/node
`;
const active = (more: Partial<Chunk> = {}) =>
	aChunk({status: 'approved', phase: 'active', revision: 2, ...more});

const setup = (chunk = aChunk()) => {
	const gateway = fakeGateway();
	gateway.put(chunk);
	const clock = manualClock();
	const policy = fakePolicy();
	const abort = new AbortController();
	const answers: Answer[] = [];
	const wait = (timeoutMs = 60_000) => {
		const done = waitForRuling({
			host: {clock, policy},
			gateway,
			id: chunk.id,
			timeoutMs,
			signal: abort.signal,
		});
		return done.then(answer => {
			answers.push(answer);
			return JSON.parse(answer.body) as Record<string, unknown>;
		});
	};

	return {gateway, clock, policy, abort, wait, answers};
};

test('an approval ends the wait as soon as its revision is in force here', async t => {
	const {gateway, policy, wait, answers, clock} = setup();
	const waiting = wait();
	await turn();
	gateway.put(active());
	await turn();
	t.is(answers.length, 0);
	policy.swap({revision: 2});
	t.like(await waiting, {status: 'approved', phase: 'active', policy_reloaded: true});
	t.is(clock.sleepers, 0);
});

test('the other order works as well: first the policy, then the approval', async t => {
	const {gateway, policy, wait} = setup();
	const waiting = wait();
	await turn();
	policy.swap({revision: 2});
	await turn();
	gateway.put(active());
	t.like(await waiting, {status: 'approved', policy_reloaded: true});
});

test('nothing is asked while nothing happens', async t => {
	const {gateway, clock, wait} = setup();
	const waiting = wait();
	await turn();
	await clock.advance(59_000);
	t.is(gateway.lookups, 1);
	await clock.advance(1000);
	t.like(await waiting, {status: 'pending', timed_out: true});
	t.is(gateway.lookups, 1);
});

test('a ruling that falls into the first lookup is not missed', async t => {
	const {gateway, wait} = setup();
	gateway.duringLookup = () => {
		gateway.duringLookup = undefined;
		gateway.put(aChunk({status: 'rejected', phase: 'denied', rejection_reason: 'Only docs/.'}));
	};
	t.like(await wait(), {status: 'rejected', rejection_reason: 'Only docs/.'});
});

test('a rejection answers at once, verbatim, with the word against workarounds in a key of its own', async t => {
	const {gateway, wait} = setup();
	const waiting = wait();
	await turn();
	gateway.put(
		aChunk({
			status: 'rejected',
			phase: 'denied',
			rejection_reason: 'Scope this to docs/ only.',
			guidance_code: 'narrow_path',
		}),
	);
	const state = await waiting;
	t.is(state['rejection_reason'], 'Scope this to docs/ only.');
	t.is(state['guidance_code'], 'narrow_path');
	t.regex(String(state['agent_guidance']), /Do not pursue the same access by another route/);
	t.false('policy_reloaded' in state);
	t.false('timed_out' in state);
});

test('policy_reloaded is false until this proxy has it, however long the gateway has said approved', async t => {
	const {clock, wait} = setup(active());
	const waiting = wait(1000);
	await turn();
	await clock.advance(1000);
	const state = await waiting;
	t.is(state['policy_reloaded'], false);
	t.regex(String(state['agent_guidance']), /not in force in this sandbox yet/);
});

test('an approval seen at the deadline is given a moment to load', async t => {
	const {gateway, clock, policy, wait, answers} = setup();
	const waiting = wait(1000);
	await turn();
	await clock.advance(999);
	gateway.put(active());
	await turn();
	await clock.advance(reloadFloorMs - 1);
	t.is(answers.length, 0);
	policy.swap({revision: 2});
	t.like(await waiting, {policy_reloaded: true});
});

test('a later revision counts only while it still covers the chunk', async t => {
	const covering = setup(active());
	covering.policy.swap({revision: 3, yaml: granted});
	t.like(await covering.wait(), {policy_reloaded: true});

	const narrowed = setup(active());
	narrowed.policy.swap({revision: 3});
	const waiting = narrowed.wait(1000);
	await turn();
	await narrowed.clock.advance(1000);
	t.like(await waiting, {policy_reloaded: false});
});

test('an earlier revision never counts, even if it covers the chunk', async t => {
	const {policy, clock, wait} = setup(active({revision: 5}));
	policy.swap({revision: 4, yaml: granted});
	const waiting = wait(1000);
	await turn();
	await clock.advance(1000);
	t.like(await waiting, {policy_reloaded: false});
});

test('a permission that ran out is approved, and in force nowhere', async t => {
	const {wait, policy} = setup(active({phase: 'expired'}));
	policy.swap({revision: 2});
	t.like(await wait(), {status: 'approved', phase: 'expired', policy_reloaded: false});
});

test('a gateway that goes away meanwhile leaves what was known', async t => {
	const {gateway, policy, clock, wait} = setup();
	const waiting = wait(1000);
	await turn();
	gateway.failure = {kind: 'unreachable', detail: 'gone'};
	policy.swap({revision: 2});
	await turn();
	await clock.advance(1000);
	t.like(await waiting, {status: 'pending', timed_out: true});
});

test('when the client leaves, the wait ends and lets go of everything', async t => {
	const {gateway, policy, clock, abort, wait} = setup();
	const waiting = wait();
	await turn();
	t.is(gateway.listeners, 1);
	t.is(policy.listeners, 1);
	abort.abort();
	await waiting;
	t.is(gateway.listeners, 0);
	t.is(policy.listeners, 0);
	t.is(clock.sleepers, 0);
});

test('waits are bounded, and a free one can be had again', async t => {
	const gateway = fakeGateway();
	gateway.put(aChunk());
	const host = policyLocal(fakeHost({gateway, policy: fakePolicy()})).hooks?.serve;
	if (host === undefined) {
		t.fail();
		return;
	}

	const target = `/v1/proposals/${chunkId(0)}/wait`;
	const open = Array.from({length: maxWaits}, () => send(host, {target}));
	await turn();
	const refused = await send(host, {target});
	t.is(refused.status, 429);
	t.like(refused.json, {error: 'rate_limited', retry_after_s: 5});
	gateway.put(aChunk({status: 'rejected', phase: 'denied'}));
	await Promise.all(open);
	t.is((await send(host, {target})).status, 200);
});
