import test from 'ava';
import type {LoadReport, SandboxConfig} from '../../gateway/client/wire.ts';
import type {Digest} from '../../policies/model/names.ts';
import type {PolicyInForce} from '../../policies/model/plugin.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {defaultSettings} from '../../policies/model/settings.ts';
import {makeFollow} from '../../proxy/follow.ts';
import {turn} from '../helpers/manual-clock.ts';

const config = (revision: number, yaml = 'good'): SandboxConfig => ({
	revision,
	hash: '' as Digest,
	policy_yaml: yaml,
	leases: [],
	settings: {...defaultSettings, agent_policy_proposals_enabled: revision < 3},
	credential_scopes: [],
});

const makeWorld = () => {
	const end = new AbortController();
	const world = {
		end,
		answer: ok(config(1)) as Result<SandboxConfig, string>,
		hears: true,
		fetches: 0,
		loads: [] as number[],
		kept: [] as number[],
		reports: [] as (readonly [number, LoadReport])[],
		async settled() {
			for (let count = 0; count < 20; count += 1) {
				await turn();
			}
		},
	};
	const follow = makeFollow({
		async fetch() {
			world.fetches += 1;
			return world.answer;
		},
		load({revision, yaml}) {
			world.loads.push(revision);
			return yaml === 'good' ? ok({revision} as PolicyInForce) : err(`line 1: ${yaml}`);
		},
		async report(revision, report) {
			world.reports.push([revision, report]);
			return world.hears;
		},
		loaded: ({revision}) => {
			world.kept.push(revision);
		},
		// Lets the test in between two tries.
		sleep: turn,
		settings: defaultSettings,
		signal: end.signal,
	});
	return {...world, world, follow};
};

test('the first configuration is loaded, kept and reported', async t => {
	const {world, follow} = makeWorld();
	t.like(await follow.start(), {ok: true, value: {revision: 1}});
	t.deepEqual(world.reports, [[1, {loaded: true}]]);
	t.deepEqual(world.kept, [1]);
	await world.settled();
	t.is(world.fetches, 1);
});

test('a refused revision is reported with its reason, once, and the next one is loaded', async t => {
	const {world, follow} = makeWorld();
	await follow.start();
	world.answer = ok(config(2, 'bad'));
	follow.look();
	await world.settled();
	follow.look();
	await world.settled();
	t.deepEqual(world.reports.slice(1), [[2, {loaded: false, error: 'line 1: bad'}]]);
	t.deepEqual(world.kept, [1]);
	world.answer = ok(config(3));
	follow.look();
	await world.settled();
	t.deepEqual(world.loads, [1, 2, 3]);
	t.deepEqual(world.reports.at(-1), [3, {loaded: true}]);
	t.false(follow.settings().agent_policy_proposals_enabled);
});

test('settings follow also where the revision stays', async t => {
	const {world, follow} = makeWorld();
	await follow.start();
	const changed = {...defaultSettings, agent_policy_proposals_enabled: false};
	world.answer = ok({...config(1), settings: changed});
	follow.look();
	await world.settled();
	t.deepEqual(follow.settings(), changed);
	t.deepEqual(world.loads, [1]);
	t.is(world.reports.length, 1);
});

test('a report that the gateway did not hear is repeated, and loads nothing again', async t => {
	const {world, follow} = makeWorld();
	world.hears = false;
	await follow.start();
	await world.settled();
	t.true(world.reports.length > 1);
	world.hears = true;
	await world.settled();
	const told = world.reports.length;
	await world.settled();
	t.is(world.reports.length, told);
	t.deepEqual(world.loads, [1]);
	world.end.abort();
});

test('a gateway that cannot be reached is an error at the start, and is tried again', async t => {
	const {world, follow} = makeWorld();
	world.answer = err('no answer');
	t.deepEqual(await follow.start(), {ok: false, error: {kind: 'silent', error: 'no answer'}});
	await world.settled();
	t.true(world.fetches > 1);
	world.answer = ok(config(1));
	await world.settled();
	t.deepEqual(world.loads, [1]);
	world.answer = err('no answer');
	follow.look();
	await world.settled();
	world.answer = ok(config(2));
	await world.settled();
	t.deepEqual(world.loads, [1, 2]);
	world.end.abort();
});

test('changes that come while one is handled are looked at once more', async t => {
	const {world, follow} = makeWorld();
	await follow.start();
	follow.look();
	follow.look();
	follow.look();
	await world.settled();
	t.true(world.fetches <= 3);
});
