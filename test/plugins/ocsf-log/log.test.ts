import {appendFileSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import type {FileCalls} from '../../../plugins/ocsf-log/files.ts';
import {repeatWindowMs} from '../../../plugins/ocsf-log/limits.ts';
import {openOcsfLog} from '../../../plugins/ocsf-log/log.ts';
import {ocsfLog} from '../../../plugins/ocsf-log/plugin.ts';
import type {Event} from '../../../policies/model/event.ts';
import {faultyDisk} from '../../helpers/disk.ts';
import {manualClock, turn} from '../../helpers/manual-clock.ts';
import {hasSchemas, ocsfProblems, whySkipped} from '../../helpers/ocsf-schemas.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const at = Date.UTC(2026, 10, 21, 12);
const started: Event = {
	kind: 'proxy.started',
	at,
	revision: 7,
	pid: 9,
	previousWasKilled: false,
	overrides: [],
};
const stopped: Event = {
	kind: 'proxy.stopped',
	at,
	signal: 'SIGTERM',
	openConnections: 0,
	durationMs: 1,
};
const opened: Event = {
	kind: 'net.open.allowed',
	at,
	connection: 'con_1',
	host: 'h.example',
	port: 443,
	engine: 'opa',
	because: 'endpoint',
};

const opener = async (t: ExecutionContext) => {
	const folder = path.join(await temporaryDirectory(t), 'logs');
	const clock = manualClock(at);
	const open = (calls?: FileCalls) =>
		openOcsfLog({
			folder,
			component: 'proxy',
			version: '0.1.0',
			sandbox: {name: 'demo'},
			clock,
			random: bytes => new Uint8Array(bytes).fill(7),
			policy: () => ({revision: 7, hash: 'ab'}),
			...(calls ? {calls} : {}),
		});
	const read = (prefix: string) =>
		readFileSync(path.join(folder, `${prefix}.2026-11-21.log`), 'utf8')
			.split('\n')
			.filter(Boolean);
	return {folder, clock, open, json: () => read('openshell-ocsf'), lines: () => read('openshell')};
};

test('an event is one valid line in each file, with a number that leaves no hole', async t => {
	const {open, json, lines, folder} = await opener(t);
	const log = open();
	await log.record(started);
	await log.record(opened);
	await log.record(stopped);
	await log.close();
	const records = json().map(line => JSON.parse(line));
	t.deepEqual(
		records.map(({metadata}) => [metadata.sequence, metadata.event_code, metadata.log_source]),
		[
			[1, 'proxy.started', 'proxy/demo/boot-1'],
			[2, 'net.open.allowed', 'proxy/demo/boot-1'],
			[3, 'proxy.stopped', 'proxy/demo/boot-1'],
		],
	);
	t.regex(
		records[0].metadata.uid,
		/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
	);
	t.deepEqual(
		lines().map(line => line.slice(25, 41)),
		['OCSF LIFECYCLE:S', 'OCSF NET:OPEN [I', 'OCSF LIFECYCLE:S'],
	);
	t.deepEqual(readdirSync(folder).toSorted(), [
		'openshell-ocsf.2026-11-21.log',
		'openshell.2026-11-21.log',
	]);
	if (hasSchemas) {
		t.deepEqual(records.flatMap(ocsfProblems), []);
	} else {
		t.log(whySkipped);
	}
});

test('a boot that wrote its last line was stopped; one that did not was killed', async t => {
	const {open} = await opener(t);
	const first = open();
	t.is(first.boot, 1);
	t.false(first.previousWasKilled);
	await first.record(started);
	await first.record(stopped);
	await first.close();

	const second = open();
	t.is(second.boot, 2);
	t.false(second.previousWasKilled);
	await second.record(started);
	await second.record(opened);
	await second.close();

	const third = open();
	t.is(third.boot, 3);
	t.true(third.previousWasKilled);
	await third.close();
});

test('a torn or foreign last line does not hide the boot before it', async t => {
	const {open, folder} = await opener(t);
	const log = open();
	await log.record(started);
	await log.close();
	appendFileSync(path.join(folder, 'openshell-ocsf.2026-11-21.log'), 'noise\n{"metadata":{"log_so');
	const next = open();
	t.is(next.boot, 2);
	t.true(next.previousWasKilled);
	await next.close();
});

test('whoever waits for the record hears when it is on the disk, and when it cannot be', async t => {
	const {open, clock} = await opener(t);
	const disk = faultyDisk();
	const log = open(disk);
	void log.record(started);
	await log.settled();
	t.is(disk.syncs, 1);
	disk.writeError = 'ENOSPC';
	log.record(started).catch(() => undefined);
	const told = t.throwsAsync(log.settled());
	await turn();
	for (let second = 0; second < 4; second++) {
		await clock.advance(1000);
	}

	await told;
	disk.writeError = undefined;
	await log.close();
});

test('what a decision rests on is synced before it is acknowledged; traffic is not waited for', async t => {
	const {open} = await opener(t);
	const disk = faultyDisk();
	const log = open(disk);
	await log.record(opened);
	t.is(disk.syncs, 0);
	await log.record({
		kind: 'policy.loaded',
		at,
		source: 'file',
		revision: 1,
		hash: 'a',
		ruleCount: 0,
	});
	t.is(disk.syncs, 1);
	await log.close();
});

test('a disk that refuses makes the log unwritable, and its losses are one event that names them', async t => {
	const {open, clock, json} = await opener(t);
	const disk = faultyDisk();
	const log = open(disk);
	t.true(log.isWritable());
	disk.writeError = 'ENOSPC';
	await log.record(opened);
	await turn();
	t.false(log.isWritable());
	await t.throwsAsync(
		(async () => {
			const committed = log.record({
				kind: 'policy.loaded',
				at,
				source: 'file',
				revision: 1,
				hash: 'a',
				ruleCount: 0,
			});
			await clock.advance(1000);
			await clock.advance(2000);
			await committed;
		})(),
		{message: /ENOSPC/},
	);
	await t.throwsAsync(
		log.record({kind: 'policy.loaded', at, source: 'file', revision: 2, hash: 'b', ruleCount: 0}),
	);
	disk.writeError = undefined;
	await clock.advance(1000);
	await turn();
	t.true(log.isWritable());
	await log.close();
	const degraded = json()
		.map(line => JSON.parse(line))
		.filter(({metadata}) => metadata.event_code === 'log.degraded');
	t.deepEqual(
		degraded.map(({count, unmapped}) => ({count, ...unmapped})),
		[{count: 1, first_lost_sequence: 3, last_lost_sequence: 3}],
	);
});

test('a refusal repeated without end is written twenty times a window, and then counted', async t => {
	const {open, clock, json, lines} = await opener(t);
	const log = open();
	const denied: Event = {
		...opened,
		kind: 'net.open.denied',
		code: 'no_endpoint',
		reason: 'r',
		denial: 'den_1' as never,
	};
	for (let index = 0; index < 500; index += 1) {
		await log.record({...denied, at: clock.now() + index});
	}

	await log.record({...denied, host: 'other.example'});
	await log.record(opened);
	await turn();
	t.is(json().length, 22);
	await clock.advance(repeatWindowMs);
	await log.record(opened);
	await log.close();
	const [summary] = json()
		.map(line => JSON.parse(line))
		.filter(({count}) => count !== undefined);
	t.like(summary, {count: 480, start_time: at + 20, end_time: at + 499});
	t.true(lines().some(line => line.includes(' DENIED ') && line.includes('repeated:480')));
	if (hasSchemas) {
		t.deepEqual(ocsfProblems(summary), []);
	}
});

test('the number of a refusal is in the record when its window is over, also if nothing follows', async t => {
	const {open, clock, json} = await opener(t);
	const log = open();
	const denied: Event = {
		...opened,
		kind: 'net.open.denied',
		code: 'no_endpoint',
		reason: 'r',
		denial: 'den_1' as never,
	};
	const repeat = async (host: string): Promise<void> => {
		for (let index = 0; index < 25; index += 1) {
			await log.record({...denied, host, at: clock.now()});
		}
	};
	const counted = () =>
		json()
			.map(line => JSON.parse(line))
			.filter(({count}) => count !== undefined)
			.map(({count, dst_endpoint}) => [dst_endpoint.domain, count]);

	await repeat('first.example');
	await clock.advance(4000);
	await repeat('second.example');
	t.is(clock.sleepers, 1);
	await clock.advance(repeatWindowMs - 4001);
	t.deepEqual(counted(), []);
	await clock.advance(1);
	await turn();
	t.deepEqual(counted(), [['first.example', 5]]);
	await clock.advance(4000);
	await turn();
	t.deepEqual(counted(), [
		['first.example', 5],
		['second.example', 5],
	]);
	t.is(clock.sleepers, 0);
	await repeat('third.example');
	await log.close();
	t.is(clock.sleepers, 0);
	t.is(counted().length, 3);
});

test('what was only counted when the log closes is written then', async t => {
	const {open, json} = await opener(t);
	const log = open();
	const denied: Event = {
		...opened,
		kind: 'net.open.denied',
		code: 'no_endpoint',
		reason: 'r',
		denial: 'den_1' as never,
	};
	for (let index = 0; index < 21; index += 1) {
		await log.record(denied);
	}

	await log.close();
	t.is(JSON.parse(json().at(-1) ?? '').count, 1);
});

test('the plugin hands every event on and never throws at the proxy', async t => {
	const seen: string[] = [];
	const plugin = ocsfLog({
		record: async event => {
			seen.push(event.kind);
			throw new Error('the disk is gone');
		},
	})(fakeHost());
	plugin.hooks?.onEvent?.(opened);
	await turn();
	t.deepEqual(seen, ['net.open.allowed']);
});
