import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {readdir, readFile} from 'node:fs/promises';
import {connect as connectTcp} from 'node:net';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {writeIdentity} from '../../cli/identity.ts';
import {sandboxPlaces, writeSecret} from '../../cli/places.ts';
import {type GatewayClient, makeGatewayClient} from '../../gateway/client/client.ts';
import {must, tokenOf} from '../gateway/helpers/gateway.ts';
import {lineWith, startCli} from './cli.ts';
import {askLocal, authorizationOf} from './proxy.ts';
import {temporaryDirectory} from './temp.ts';
import {startUpstream} from './upstream.ts';
import {until} from './wait.ts';
import {Line, secure} from './wire.ts';

/**
The whole product as processes of its own — gateway, proxy, upstream — whose gateway is killed
with SIGKILL at seeded random moments of submit, approve and activate. After each kill: the
proxy still enforces; what was acknowledged is there; no state is half; the proxy is back.
*/
export const killRepeatedly = async (
	t: ExecutionContext,
	{kills, seed}: {readonly kills: number; readonly seed: number},
): Promise<void> => {
	const random = seeded(seed);
	const house = await build(t);
	const told: Told[] = [];
	await goThrough(house, newTold('warm-up', told), () => undefined);

	for (let kill = 0; kill < kills; kill++) {
		const round = newTold(`r${kill}`, told);
		const aim = steps[kill % steps.length];
		await new Promise<void>(resolve => {
			const reach = (step: Step): void => {
				if (step === aim || step === 'ended') {
					setTimeout(resolve, random() * withinStepMs);
				}
			};
			round.work = goThrough(house, round, reach);
		});
		await house.killGateway();
		t.is(await house.status('/never'), 403, 'with the gateway dead, what was denied stays denied');
		t.is(await house.status('/base'), 200, 'with the gateway dead, what was allowed stays allowed');
		await round.work;
		await house.startGateway();
		await settled(house);
		await check(t, house, round);
	}

	await checkAll(t, house, told);
	t.log(`${kills} kills; acknowledged before the kill:`, tally(told));
};

/** A third of the kills each while a proposal is submitted, approved, and activated. */
const steps = ['submit', 'approve', 'activate'] as const;
type Step = (typeof steps)[number] | 'ended';
/** About as long as the slowest step takes. */
const withinStepMs = 60;

/** What the callers were told in one round, and so must hold for ever. */
type Told = {
	readonly path: string;
	work: Promise<void>;
	chunk?: string;
	ruling?: string;
	isLoaded: boolean;
};

const newTold = (name: string, all: Told[]): Told => {
	const told: Told = {path: `/${name}`, isLoaded: false, work: Promise.resolve()};
	all.push(told);
	return told;
};

/** Submit, approve, activate; stops where the gateway no longer answers. */
const goThrough = async (house: House, told: Told, reach: (step: Step) => void): Promise<void> => {
	try {
		reach('submit');
		const submitted = await house.local('POST', '/v1/proposals', proposalFor(told.path));
		const [id] = (submitted['accepted_chunk_ids'] ?? []) as readonly string[];
		if (id === undefined) {
			return;
		}

		told.chunk = id;
		const waiting = house.local('GET', `/v1/proposals/${id}/wait?timeout=1`);
		const chunk = must(await house.reviewer().chunk('demo', id));
		reach('approve');
		const ruled = must(await house.reviewer().approve('demo', id, tokenOf(chunk)));
		told.ruling = ruled.chunk.ruling?.id ?? 'none';
		reach('activate');
		told.isLoaded = (await waiting)['policy_reloaded'] === true;
	} catch {
		// The kill: what was told so far is what counts.
	} finally {
		reach('ended');
	}
};

const proposalFor = (wanted: string) => ({
	intent_summary: `read ${wanted}`,
	operations: [
		{
			addRule: {
				ruleName: `rule${wanted.replace('/', '_')}`,
				rule: {
					endpoints: [
						{
							host: 'api.example.test',
							port: 443,
							protocol: 'rest',
							enforcement: 'enforce',
							rules: [{allow: {method: 'GET', path: wanted}}],
						},
					],
					binaries: [{path: '/**'}],
				},
			},
		},
	],
});

/** The proxy is connected again, and nothing is on its way. */
const settled = async ({reviewer}: House): Promise<void> =>
	until(async () => {
		const [sandbox] = must(await reviewer().sandboxes());
		const chunks = must(await reviewer().chunks('demo'));
		return sandbox?.is_connected === true && chunks.every(({phase}) => phase !== 'activating');
	});

const check = async (t: ExecutionContext, house: House, told: Told): Promise<void> => {
	const chunks = must(await house.reviewer().chunks('demo'));
	const kept = chunks.filter(chunk => chunk.rationale === `read ${told.path}`);
	t.true(kept.length <= 1, 'one proposal, once');
	const [chunk] = kept;
	if (told.chunk !== undefined) {
		t.is(chunk?.id as string, told.chunk, 'an acknowledged proposal is there');
	}

	if (told.ruling !== undefined) {
		t.is(chunk?.ruling?.id as string, told.ruling, 'an acknowledged ruling is there');
		t.is(chunk?.phase, 'active', 'and in force');
	}

	t.is(
		await house.status(told.path),
		chunk?.phase === 'active' ? 200 : 403,
		`the proxy enforces what the gateway says: ${chunk?.phase ?? 'no chunk'}`,
	);
};

const checkAll = async (t: ExecutionContext, house: House, all: readonly Told[]): Promise<void> => {
	const chunks = must(await house.reviewer().chunks('demo'));
	for (const {phase, ruling, status} of chunks) {
		t.true(
			(phase === 'active' && status === 'approved' && ruling?.action === 'approve') ||
				(phase === 'reviewing' && status === 'pending' && ruling === undefined),
			`no half state: ${phase} ${status} ${ruling?.action}`,
		);
	}

	const config = must(await house.reviewer().config('demo'));
	const manifest = await house.local('GET', '/v1/manifest');
	t.is(manifest['revision'], config.revision);
	for (const told of all) {
		await check(t, house, told);
	}

	await until(async () => {
		const record = await house.record();
		return all.every(({chunk, ruling}) => ruling === undefined || record.has(chunk ?? ''));
	});
};

const tally = (all: readonly Told[]): Readonly<Record<string, number>> => {
	const killed = all.slice(1);
	return {
		nothing: killed.filter(({chunk}) => chunk === undefined).length,
		proposal: killed.filter(({chunk, ruling}) => chunk !== undefined && ruling === undefined)
			.length,
		ruling: killed.filter(({ruling, isLoaded}) => ruling !== undefined && !isLoaded).length,
		load: killed.filter(({isLoaded}) => isLoaded).length,
	};
};

type Json = Readonly<Record<string, unknown>>;

type House = {
	reviewer(): GatewayClient;
	killGateway(): Promise<void>;
	startGateway(): Promise<void>;
	/** The status of GET https://api.example.test<path> through the proxy. */
	status(path: string): Promise<number>;
	/** One request to policy.local. */
	local(method: string, path: string, body?: Json): Promise<Json>;
	/** The chunks whose approval is in the gateway's record. */
	record(): Promise<ReadonlySet<string>>;
};

const policy = `version: 1
network_policies:
  base:
    endpoints:
      - host: api.example.test
        port: 443
        protocol: rest
        rules: [{allow: {method: GET, path: /base}}]
    binaries: [{path: "/**"}]
`;

const build = async (t: ExecutionContext): Promise<House> => {
	const home = await temporaryDirectory(t);
	const stateDir = path.join(home, 'state');
	const upstream = await startUpstream(t, (_, response) => response.end('hello'));
	const gateway = gatewayIn(t, home);
	await gateway.start();
	const attached = must(
		await gateway.reviewer().attach('demo', {
			policy_yaml: policy,
			settings: {},
			tier: 'advisory',
			workdir: home,
			resume: false,
			replace_policy: false,
		}),
	);
	const places = sandboxPlaces(stateDir, 'demo');
	await writeIdentity(places.identity, attached);
	await writeSecret(places.tokenFile, token);
	await writeSecret(path.join(home, 'upstream.pem'), upstream.authority);
	const announced = JSON.parse(await readFile(path.join(stateDir, 'run', 'gateway.json'), 'utf8'));
	const proxy = startCli(t, home, [
		...['proxy', 'start', '--json', '--with-parent', '--name', 'demo', '--state-dir', 'state'],
		...['--gateway', announced.sandbox_url, '--token-file', places.tokenFile],
		...['--connect-to', `api.example.test:443:127.0.0.1:${upstream.port}`],
		...['--upstream-ca', path.join(home, 'upstream.pem')],
	]);
	const ready = JSON.parse(await lineWith(proxy.stdout, 'port')) as {port: number; ca_file: string};
	const ca = await readFile(ready.ca_file, 'utf8');

	return {
		reviewer: gateway.reviewer,
		killGateway: gateway.kill,
		startGateway: gateway.start,
		status: wanted => statusOf(t, ready.port, ca, wanted),
		local: async (method, wanted, body) =>
			(await askLocal(ready.port, {method, path: wanted, body, authorization})).body,
		record: () => approvedIn(path.join(stateDir, 'gateway', 'logs')),
	};
};

const gatewayIn = (t: ExecutionContext, home: string) => {
	let child: ChildProcess;
	let reviewer: GatewayClient | undefined;
	return {
		reviewer() {
			if (reviewer === undefined) {
				throw new Error('the gateway is not running');
			}

			return reviewer;
		},
		async start() {
			child = startCli(t, home, [
				...['gateway', 'start', '--json', '--with-parent', '--state-dir', 'state'],
			]);
			await lineWith(child.stdout, '{');
			reviewer = makeGatewayClient({
				kind: 'socket',
				path: path.join(home, 'state', 'run', 'gateway.sock'),
			});
		},
		async kill() {
			const ended = once(child, 'exit');
			child.kill('SIGKILL');
			await ended;
			reviewer?.close();
		},
	};
};

const statusOf = async (
	t: ExecutionContext,
	port: number,
	ca: string,
	wanted: string,
): Promise<number> => {
	const line = new Line(connectTcp(port, '127.0.0.1'));
	const place = 'api.example.test:443';
	line.send(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${authorization}\r\n\r\n`);
	t.regex(await line.until('\r\n\r\n'), /^HTTP\/1\.1 200 /);
	const inside = new Line(await secure(t, line, {ca, servername: 'api.example.test'}));
	inside.send(`GET ${wanted} HTTP/1.1\r\nHost: api.example.test\r\n\r\n`);
	const {head} = await inside.response();
	inside.socket.destroy();
	return Number(head.split(' ')[1]);
};

const approvedIn = async (folder: string): Promise<ReadonlySet<string>> => {
	const found = new Set<string>();
	for (const file of (await readdir(folder)).filter(name => name.includes('ocsf'))) {
		for (const line of (await readFile(path.join(folder, file), 'utf8')).split('\n')) {
			if (line.includes('"proposal.approved"')) {
				found.add(
					(JSON.parse(line) as {metadata: {correlation_uid: string}}).metadata.correlation_uid,
				);
			}
		}
	}

	return found;
};

const token = 'a-token-of-the-kill-test-only';
const authorization = authorizationOf(token);

/** mulberry32: small, seeded, good enough to spread kills. */
const seeded = (seed: number) => {
	let state = seed;
	return (): number => {
		state = (state + 0x6d_2b_79_f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
};
