import {readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {readIdentity, writeIdentity} from '../../cli/identity.ts';
import {sandboxPlaces} from '../../cli/places.ts';
import {sandboxGateway} from '../../cli/proxy/gateway.ts';
import {openFeed} from '../../gateway/client/feed.ts';
import {type Certificate, paths} from '../../gateway/client/wire.ts';
import {clientCertificateMs} from '../../gateway/service/limits.ts';
import {openPki} from '../../gateway/service/pki.ts';
import type {SandboxId, SandboxName} from '../../policies/model/names.ts';
import {keepIdentity, renewInTime} from '../../proxy/renewal.ts';
import {attachSandbox, must, startTestGateway} from '../gateway/helpers/gateway.ts';
import {manualClock} from '../helpers/manual-clock.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {until} from '../helpers/wait.ts';

const hour = 3_600_000;

/** Certificates of a real authority at the time of a clock, and a renewal that a test lets fail. */
const renewals = async (folder: string) => {
	const clock = manualClock();
	const pki = await openPki(folder, {
		now: clock.now,
		random: count => globalThis.crypto.getRandomValues(new Uint8Array(count)),
	});
	const issue = () =>
		pki.issue({
			id: 'sbx_01JAAAAAAAAAAAAAAAAAAAAAAA' as SandboxId,
			name: 'demo' as SandboxName,
		}).certificate;
	const end = new AbortController();
	const asked: number[] = [];
	const world = {clock, asked, isDown: false, end: () => end.abort()};
	const start = clock.now();
	void renewInTime({
		certificate: issue(),
		clock,
		random: () => 1,
		signal: end.signal,
		async renew() {
			asked.push(clock.now() - start);
			return world.isDown ? undefined : issue();
		},
	});
	return world;
};

test('a certificate is renewed when half of its life is over, and the next one again', async t => {
	const {clock, asked, end} = await renewals(await temporaryDirectory(t));
	t.teardown(end);
	const half = clientCertificateMs / 2;
	await clock.advance(half - hour);
	t.deepEqual(asked, []);
	await clock.advance(hour);
	t.is(asked.length, 1);
	await clock.advance(half - hour);
	t.is(asked.length, 1);
	await clock.advance(hour);
	t.is(asked.length, 2);
});

test('a renewal that fails is tried again, less and less often, until it succeeds', async t => {
	const world = await renewals(await temporaryDirectory(t));
	t.teardown(world.end);
	const {clock, asked} = world;
	world.isDown = true;
	await clock.advance(clientCertificateMs / 2);
	t.is(asked.length, 1);
	await clock.advance(1999);
	t.is(asked.length, 1);
	await clock.advance(1);
	t.is(asked.length, 2);
	await clock.advance(2000);
	t.is(asked.length, 2);
	await clock.advance(2000);
	t.is(asked.length, 3);
	for (let minutes = 0; minutes < 120; minutes += 1) {
		await clock.advance(60_000);
	}

	t.true(asked.length > 15 && asked.length < 30, `${asked.length} attempts in two hours`);
	world.isDown = false;
	await clock.advance(600_000);
	const attempts = asked.length;
	await clock.advance(hour);
	t.is(asked.length, attempts);
});

test('it stops with its signal, in the middle of a pause', async t => {
	const {clock, end} = await renewals(await temporaryDirectory(t));
	t.is(clock.sleepers, 1);
	end();
	await clock.advance(0);
	t.is(clock.sleepers, 0);
});

test('new connections use the renewed identity, the feed lives on, and the file is whole', async t => {
	const gateway = await startTestGateway(t);
	const {attached} = await attachSandbox(t, gateway);
	const places = sandboxPlaces(await temporaryDirectory(t), 'demo');
	await writeIdentity(places.identity, attached);
	const {gateway: client, identity} = await sandboxGateway(new URL(gateway.sandboxUrl), places);
	t.teardown(() => client.close());
	const end = new AbortController();
	t.teardown(() => end.abort());
	const seen = {opened: 0, lost: 0, events: 0};
	const feed = openFeed(
		client.transport,
		{path: paths.sandboxEvents('demo'), signal: end.signal},
		{random: () => 0, sleep: async () => undefined},
	);
	feed.onOpen(() => {
		seen.opened += 1;
	});
	feed.onLost(() => {
		seen.lost += 1;
	});
	feed.onEvent(() => {
		seen.events += 1;
	});
	await until(() => seen.opened === 1);

	const kept: Certificate[] = [];
	const clock = manualClock(Date.now());
	void keepIdentity({
		client,
		sandbox: 'demo',
		identity: {
			...identity,
			async keep(renewed) {
				await identity.keep(renewed);
				kept.push(renewed);
			},
		},
		clock,
		random: () => 0,
		signal: end.signal,
	});
	// Twice: after the second the first certificate is refused, so that only the newest can be in use.
	for (const round of [1, 2]) {
		await clock.advance(clientCertificateMs / 2);
		await clock.advance(clientCertificateMs);
		await until(() => kept.length >= round);
		must(await client.config('demo'));
	}

	const stale = await sandboxGateway(new URL(gateway.sandboxUrl), places);
	t.teardown(() => stale.gateway.close());
	must(await stale.gateway.config('demo'));
	const file = path.join(places.identity, 'client.pem');
	t.is((await stat(file)).mode & 0o777, 0o600);
	t.deepEqual((await readFile(file, 'utf8')).match(/-----BEGIN [A-Z ]+-----/g), [
		'-----BEGIN CERTIFICATE-----',
		'-----BEGIN PRIVATE KEY-----',
	]);
	t.is((await readIdentity(places.identity)).key, kept.at(-1)?.key ?? '');

	must(await gateway.reviewer.setSetting('demo', 'agent_policy_proposals_enabled', false));
	await until(() => seen.events > 0);
	t.like(seen, {opened: 1, lost: 0});
});
