import {randomBytes} from 'node:crypto';
import path from 'node:path';
import test from 'ava';
import {openStore} from '../../../gateway/store/open.ts';
import {
	attachSandbox,
	enterSandbox,
	must,
	propose,
	startTestGateway,
	type TestGateway,
	type TestSandbox,
	tokenOf,
} from '../helpers/gateway.ts';

/** Starts again on the same folders, with the same sandbox. */
const restart = async (
	t: Parameters<typeof startTestGateway>[0],
	gateway: TestGateway,
	sandbox: TestSandbox,
): Promise<readonly [TestGateway, TestSandbox]> => {
	const next = await gateway.restart();
	return [next, enterSandbox(t, next, sandbox.name, sandbox.attached)];
};

test('a restart at any step of an approval keeps what was acknowledged and finishes the rest', async t => {
	let gateway = await startTestGateway(t);
	let sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	[gateway, sandbox] = await restart(t, gateway, sandbox);
	t.deepEqual(must(await sandbox.client.chunk('demo', chunk.id)), chunk);

	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	[gateway, sandbox] = await restart(t, gateway, sandbox);
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {phase: 'activating', revision: 2});
	t.like(must(await sandbox.client.config('demo')), {revision: 2});

	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	[gateway, sandbox] = await restart(t, gateway, sandbox);
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {phase: 'active', status: 'approved'});
});

test('a restart between refusal and roll-back finds the authority before', async t => {
	let gateway = await startTestGateway(t);
	let sandbox = await attachSandbox(t, gateway);
	const before = must(await sandbox.client.config('demo'));
	const chunk = await propose(sandbox, 'api');
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: false, error: 'no'}));
	[gateway, sandbox] = await restart(t, gateway, sandbox);
	t.like(must(await sandbox.client.config('demo')), {revision: 3, hash: before.hash});
	t.like(must(await gateway.reviewer.chunk('demo', chunk.id)), {phase: 'blocked'});
});

/** Lets the database fill up, from inside: every write after it fails as on a full disk. */
const fillDisk = (gateway: TestGateway): Promise<void> => {
	const file = path.join(gateway.directory, 'state', 'gateway.db');
	return openStore(file, {random: count => randomBytes(count)}).then(async store => {
		await store.write(async ({knex}) => {
			await knex.raw(
				"CREATE TRIGGER full_disk BEFORE INSERT ON events BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END",
			);
		});
		await store.close();
	});
};

test('when the database cannot be written every answer is 503 and nothing is half there', async t => {
	let gateway = await startTestGateway(t);
	let sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	await fillDisk(gateway);
	const unavailable = {
		ok: false,
		error: {status: 503, body: {error: 'unavailable', retry_after_s: 2}},
	};
	t.like(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)), unavailable);
	t.like(
		await gateway.reviewer.reject('demo', chunk.id, {reason: '', guidance_code: ''}),
		unavailable,
	);
	t.like(await gateway.reviewer.removeSandbox('demo'), unavailable);
	t.deepEqual(must(await gateway.reviewer.chunk('demo', chunk.id)), chunk);
	t.like(must(await sandbox.client.config('demo')), {revision: 1});
	t.is(gateway.faults.length, 3);
	[gateway, sandbox] = await restart(t, gateway, sandbox);
	t.deepEqual(must(await gateway.reviewer.chunk('demo', chunk.id)), chunk);
});
