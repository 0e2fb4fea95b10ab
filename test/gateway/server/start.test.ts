import {readFile, stat, writeFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import path from 'node:path';
import test from 'ava';
import type {GatewayPlace} from '../../../gateway/client/wire.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {must, startTestGateway} from '../helpers/gateway.ts';

test('a started gateway says where it is, in private files', async t => {
	const gateway = await startTestGateway(t);
	const file = path.join(gateway.directory, 'run', 'gateway.json');
	const place = JSON.parse(await readFile(file, 'utf8')) as GatewayPlace;
	t.deepEqual(place, {
		pid: process.pid,
		version: '0.0.0-test',
		sandbox_url: gateway.sandboxUrl,
		ca_file: gateway.caFile,
	});
	const modes = await Promise.all(
		[
			'run',
			'run/gateway.json',
			'run/gateway.sock',
			'state',
			'state/gateway.db',
			'state/gateway.db-wal',
			'state/pki/ca-key.pem',
		].map(
			async name => [name, (await stat(path.join(gateway.directory, name))).mode & 0o777] as const,
		),
	);
	t.deepEqual(Object.fromEntries(modes), {
		run: 0o700,
		'run/gateway.json': 0o600,
		'run/gateway.sock': 0o600,
		state: 0o700,
		'state/gateway.db': 0o600,
		'state/gateway.db-wal': 0o600,
		'state/pki/ca-key.pem': 0o600,
	});
	t.like(must(await gateway.reviewer.health()), {version: '0.0.0-test', database: 'ok'});
});

test('of two starts exactly one serves, and the other has touched nothing', async t => {
	const directory = await temporaryDirectory(t);
	const starts = await Promise.allSettled([
		startTestGateway(t, {directory}),
		startTestGateway(t, {directory}),
	]);
	const [winner] = starts.flatMap(start => (start.status === 'fulfilled' ? [start.value] : []));
	const [loser] = starts.flatMap(start => (start.status === 'rejected' ? [start.reason] : []));
	t.is((loser as Error).name, 'GatewayAlreadyRunning');
	t.true(winner !== undefined && (await winner.reviewer.health()).ok);
});

test('a gateway that starts again is found where its sandboxes know it, if nobody sits there', async t => {
	const first = await startTestGateway(t);
	const second = await first.restart();
	t.is(second.sandboxUrl, first.sandboxUrl);
	await second.close();
	const squatter = createServer();
	await new Promise<void>(resolve => {
		squatter.listen(Number(new URL(first.sandboxUrl).port), '127.0.0.1', resolve);
	});
	t.teardown(() => squatter.close());
	const third = await second.restart();
	t.not(third.sandboxUrl, first.sandboxUrl);
	t.is((await third.restart()).sandboxUrl, third.sandboxUrl);
});

test('what a killed gateway left behind is replaced', async t => {
	const directory = await temporaryDirectory(t);
	const first = await startTestGateway(t, {directory});
	await first.close();
	await writeFile(path.join(directory, 'run', 'gateway.json'), '{"pid":1,"half');
	await writeFile(path.join(directory, 'run', 'gateway.sock'), '');
	const second = await startTestGateway(t, {directory});
	t.true((await second.reviewer.health()).ok);
	const place = await readFile(path.join(directory, 'run', 'gateway.json'), 'utf8');
	t.true(place.includes(second.sandboxUrl));
});

test('a closed gateway takes its announcement back and lets the next one start', async t => {
	const gateway = await startTestGateway(t);
	await gateway.close();
	await t.throwsAsync(stat(path.join(gateway.directory, 'run', 'gateway.json')));
	t.like(await gateway.reviewer.health(), {ok: false, error: {kind: 'unreachable'}});
});

test('a folder of somebody else is refused', async t => {
	await t.throwsAsync(startTestGateway(t, {uid: 4_000_000}), {
		message: /not a folder of this user/,
	});
});

test('a gateway that nobody needs says so, once', async t => {
	let calls = 0;
	await new Promise<void>((resolve, reject) => {
		startTestGateway(t, {
			idleAfterMs: 20,
			onIdle() {
				calls++;
				resolve();
			},
		}).catch(reject);
	});
	t.is(calls, 1);
});
