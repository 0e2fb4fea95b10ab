import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import {type GatewayClient, makeGatewayClient} from '../../../gateway/client/client.ts';
import type {Chunk} from '../../../policies/model/chunk.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {addRule, attachRequest, must, proposal, tokenOf} from '../helpers/gateway.ts';

type Child = {
	readonly child: ChildProcess;
	readonly socketPath: string;
	readonly sandboxUrl: string;
};

const startChild = async (directory: string): Promise<Child> => {
	const file = fileURLToPath(new URL('../helpers/gateway-process.js', import.meta.url));
	const child = fork(file, [directory], {execArgv: []});
	const [place] = (await once(child, 'message')) as [Omit<Child, 'child'>];
	return {child, ...place};
};

const kill = async ({child}: Child): Promise<void> => {
	const ended = once(child, 'exit');
	child.kill('SIGKILL');
	await ended;
};

/** What the caller was told, and so must still be true after any kill. */
type Acknowledged = {chunk: Chunk | undefined; approved: boolean; loaded: boolean};

const phasesAfter = ({approved, loaded}: Acknowledged): readonly string[] => {
	if (loaded) {
		return ['active'];
	}

	return approved ? ['activating', 'active'] : ['reviewing', 'activating', 'active'];
};

test('a gateway killed at any moment keeps what it acknowledged and holds no half state', async t => {
	const directory = path.join(await temporaryDirectory(t), 'g');
	let running = await startChild(directory);
	t.teardown(() => kill(running).catch(() => undefined));
	let reviewer = makeGatewayClient({kind: 'socket', path: running.socketPath});
	const attached = must(await reviewer.attach('demo', attachRequest()));
	const enter = (): GatewayClient =>
		makeGatewayClient({kind: 'tls', url: running.sandboxUrl, ...attached});
	let sandbox = enter();
	must(await sandbox.reportLoad('demo', 1, {loaded: true}));

	const delays = fc.sample(fc.integer({min: 0, max: 40}), {numRuns: 8, seed: 7});
	for (const [round, delay] of delays.entries()) {
		const told: Acknowledged = {chunk: undefined, approved: false, loaded: false};
		const work = workThrough(reviewer, sandbox, round, told);
		await new Promise(resolve => {
			setTimeout(resolve, delay);
		});
		await kill(running);
		await work;
		reviewer.close();
		sandbox.close();
		running = await startChild(directory);
		reviewer = makeGatewayClient({kind: 'socket', path: running.socketPath});
		sandbox = enter();
		await checkWhole(reviewer, told, t.true.bind(t));
	}

	reviewer.close();
	sandbox.close();
});

const workThrough = async (
	reviewer: GatewayClient,
	sandbox: GatewayClient,
	round: number,
	told: Acknowledged,
): Promise<void> => {
	const submitted = await sandbox.submit('demo', proposal(addRule(`rule${round}`)));
	const chunk = submitted.ok
		? await sandbox.chunk('demo', submitted.value.accepted_chunk_ids[0] ?? '')
		: submitted;
	if (!chunk.ok) {
		return;
	}

	told.chunk = chunk.value;
	const ruled = await reviewer.approve('demo', chunk.value.id, tokenOf(chunk.value));
	if (ruled.ok) {
		told.approved = true;
		const {revision} = ruled.value.revision ?? {revision: 0};
		told.loaded = (await sandbox.reportLoad('demo', revision, {loaded: true})).ok;
	}
};

const checkWhole = async (
	reviewer: GatewayClient,
	told: Acknowledged,
	isTrue: (value: boolean, message: string) => void,
): Promise<void> => {
	const chunks = must(await reviewer.chunks('demo'));
	const config = must(await reviewer.config('demo'));
	const kept = chunks.find(chunk => chunk.id === told.chunk?.id);
	isTrue(
		told.chunk === undefined || phasesAfter(told).includes(kept?.phase ?? 'lost'),
		`${kept?.phase ?? 'lost'} after ${JSON.stringify({...told, chunk: ''})}`,
	);
	for (const chunk of chunks) {
		const isGranted = ['activating', 'active'].includes(chunk.phase);
		const isRuled = chunk.ruling?.action === 'approve';
		const isInPolicy = config.policy_yaml.includes(`${chunk.rule_name}.example.com`);
		isTrue(
			isGranted === isRuled && isRuled === isInPolicy,
			`phase, ruling and policy agree: ${chunk.phase} ${isRuled} ${isInPolicy}`,
		);
	}
};
