import {randomBytes} from 'node:crypto';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {type GatewayClient, makeGatewayClient} from '../../../gateway/client/client.ts';
import {type Feed, openFeed} from '../../../gateway/client/feed.ts';
import {
	type AttachedSandbox,
	type AttachSandbox,
	type FeedEvent,
	paths,
} from '../../../gateway/client/wire.ts';
import {
	type GatewayDeps,
	type RunningGateway,
	startGateway,
} from '../../../gateway/server/start.ts';
import {builtInWords} from '../../../plugins/words.ts';
import type {Chunk} from '../../../policies/model/chunk.ts';
import type {ProposalEvent} from '../../../policies/model/event.ts';
import type {Submission} from '../../../policies/model/plugin.ts';
import type {Result} from '../../../policies/model/result.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

export type TestGateway = RunningGateway & {
	readonly directory: string;
	readonly reviewer: GatewayClient;
	readonly recorded: Array<{event: ProposalEvent; uid: string}>;
	readonly faults: unknown[];
	/** Closes this gateway and starts another on the same folders. */
	restart(): Promise<TestGateway>;
};

/** A real gateway in a folder of the test's own, with a reviewer on its socket. */
export const startTestGateway = async (
	t: ExecutionContext,
	change: Partial<GatewayDeps> & {readonly idleAfterMs?: number; readonly directory?: string} = {},
): Promise<TestGateway> => {
	const directory = change.directory ?? (await temporaryDirectory(t));
	const recorded: TestGateway['recorded'] = [];
	const faults: unknown[] = [];
	const running = await startGateway(
		{
			stateDirectory: path.join(directory, 'state'),
			runtimeDirectory: path.join(directory, 'run'),
			version: '0.0.0-test',
			...(change.idleAfterMs !== undefined && {idleAfterMs: change.idleAfterMs}),
		},
		{
			now: () => Date.now(),
			random: count => randomBytes(count),
			pid: process.pid,
			uid: process.getuid?.() ?? -1,
			userName: 'tester',
			words: builtInWords,
			async append(event, uid) {
				recorded.push({event, uid});
			},
			onFault: error => faults.push(error),
			...change,
		},
	);
	const reviewer = makeGatewayClient({kind: 'socket', path: running.socketPath});
	const close = async (): Promise<void> => {
		reviewer.close();
		await running.close();
	};
	t.teardown(close);
	return {
		...running,
		close,
		directory,
		reviewer,
		recorded,
		faults,
		async restart() {
			await close();
			return startTestGateway(t, {...change, directory});
		},
	};
};

/** The value, or a failed test that shows the reason. */
export const must = <T, E>(result: Result<T, E>): T => {
	if (!result.ok) {
		throw new Error(`expected a value: ${JSON.stringify(result.error)}`);
	}

	return result.value;
};

export const basePolicy = `version: 1
network_policies:
  base:
    name: base
    endpoints:
      - host: base.example.com
        port: 443
    binaries:
      - path: /usr/bin/base
`;

export type TestSandbox = {
	readonly name: string;
	readonly attached: AttachedSandbox;
	readonly client: GatewayClient;
	/** Follows the sandbox's feed, as its proxy does; resolves when connected. */
	connect(): Promise<{readonly feed: Feed; readonly events: FeedEvent[]; leave(): Promise<void>}>;
};

export const attachRequest = (change: Partial<AttachSandbox> = {}): AttachSandbox => ({
	policy_yaml: basePolicy,
	settings: {},
	tier: 'full',
	workdir: '/home/dev/project',
	resume: false,
	replace_policy: false,
	...change,
});

/** A sandbox with its own certificate, and its first revision loaded. */
export const attachSandbox = async (
	t: ExecutionContext,
	gateway: TestGateway,
	name = 'demo',
	change: Partial<AttachSandbox> = {},
): Promise<TestSandbox> => {
	const attached = must(await gateway.reviewer.attach(name, attachRequest(change)));
	const sandbox = enterSandbox(t, gateway, name, attached);
	must(await sandbox.client.reportLoad(name, attached.revision, {loaded: true}));
	return sandbox;
};

/** The same identity against a (re)started gateway. */
export const enterSandbox = (
	t: ExecutionContext,
	gateway: Pick<TestGateway, 'sandboxUrl'>,
	name: string,
	attached: AttachedSandbox,
): TestSandbox => {
	const client = makeGatewayClient({
		kind: 'tls',
		url: gateway.sandboxUrl,
		ca: attached.ca,
		certificate: attached.certificate,
		key: attached.key,
	});
	t.teardown(() => client.close());
	return {
		name,
		attached,
		client,
		async connect() {
			const ending = new AbortController();
			const {feed, events} = follow(client, paths.sandboxEvents(name), ending.signal);
			const leave = async (): Promise<void> => {
				ending.abort();
				await feed.ended;
			};
			t.teardown(leave);
			await new Promise<void>(resolve => {
				const end = feed.onOpen(() => {
					end();
					resolve();
				});
			});
			return {feed, events, leave};
		},
	};
};

export const feedDeps = {
	random: () => 0,
	sleep: (_ms: number, signal: AbortSignal): Promise<void> =>
		new Promise(resolve => {
			const finish = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', finish);
				resolve();
			};
			const timer = setTimeout(finish, 5);
			signal.addEventListener('abort', finish);
		}),
};

export const follow = (client: GatewayClient, path: string, signal: AbortSignal) => {
	const events: FeedEvent[] = [];
	const feed = openFeed(client.transport, {path, signal}, feedDeps);
	feed.onEvent(event => events.push(event));
	return {feed, events};
};

/** An operation as an agent posts it. */
export const addRule = (ruleName: string, host = `${ruleName}.example.com`, path = '/v1') => ({
	addRule: {
		ruleName,
		rule: {
			name: ruleName,
			endpoints: [
				{
					host,
					port: 443,
					protocol: 'rest',
					enforcement: 'enforce',
					rules: [{allow: {method: 'GET', path}}],
				},
			],
			binaries: [{path: '/usr/bin/curl'}],
		},
	},
});

export const proposal = (...operations: ReadonlyArray<ReturnType<typeof addRule>>): Submission => ({
	mode: 'agent_authored',
	intent_summary: 'read the API',
	operations,
	denials: [],
	supersedes: [],
});

/** Submits one rule and answers its chunk. */
export const propose = async (
	sandbox: TestSandbox,
	...names: readonly string[]
): Promise<Chunk> => {
	const answer = must(
		await sandbox.client.submit(sandbox.name, proposal(...names.map(name => addRule(name)))),
	);
	return must(await sandbox.client.chunk(sandbox.name, answer.accepted_chunk_ids[0] ?? ''));
};

export const tokenOf = ({review_token}: Chunk): {readonly review_token: string} => ({review_token});
