import {readFile} from 'node:fs/promises';
import {connect as connectTcp} from 'node:net';
import {join} from 'node:path';
import type {ExecutionContext} from 'ava';
import {ulid} from 'ulid';
import type {GatewayClient} from '../../gateway/client/client.ts';
import {parseHost} from '../../policies/model/host.ts';
import type {SandboxName} from '../../policies/model/names.ts';
import {parseConnectTo} from '../../proxy/connect-to.ts';
import type {ProxyDeps, ProxyOptions} from '../../proxy/options.ts';
import {type RunningProxy, startProxy} from '../../proxy/start.ts';
import {temporaryDirectory} from './temp.ts';
import {Line, secure, upstreamAuthority} from './wire.ts';

const token = 'a-token-of-the-test';
/** The header line by which a client shows the sandbox's own proxy token. */
export const authorizationOf = (shown: string): string =>
	`Proxy-Authorization: Basic ${Buffer.from(`openshell:${shown}`).toString('base64')}`;

export const authorization = authorizationOf(token);

type Json = Readonly<Record<string, unknown>>;

/** Asks policy.local through the proxy, as an agent does. */
export const askLocal = async (
	port: number,
	asked: {
		readonly method: string;
		readonly path: string;
		readonly body?: Json | undefined;
		readonly authorization?: string;
	},
): Promise<{readonly status: number; readonly body: Json}> => {
	const line = new Line(connectTcp(port, '127.0.0.1'));
	const text = asked.body === undefined ? '' : JSON.stringify(asked.body);
	const head = [
		`${asked.method} http://policy.local${asked.path} HTTP/1.1`,
		'Host: policy.local',
		asked.authorization ?? authorization,
		...(text === ''
			? []
			: ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
	];
	try {
		const answer = await line.send(`${head.join('\r\n')}\r\n\r\n${text}`).response();
		return {
			status: Number(answer.head.split(' ')[1]),
			body: JSON.parse(answer.body) as Json,
		};
	} finally {
		line.socket.destroy();
	}
};

/** One rule: these endpoints, for any binary. */
export const policy = (...endpoints: readonly string[]): string =>
	endpoints.length === 0
		? 'version: 1\n'
		: `version: 1
network_policies:
  demo:
    name: demo
    endpoints:
${endpoints.map(endpoint => `      - {${endpoint}}\n`).join('')}    binaries:
      - {path: "/**"}
`;

export const rest = (...rules: readonly string[]): string =>
	`host: api.test, port: 443, protocol: rest, rules: [${rules.map(rule => `{allow: {${rule}}}`).join(', ')}]`;

export type ProxyWorld = {
	readonly proxy: RunningProxy;
	readonly folder: string;
	/** CONNECT with the token; the line and the proxy's answer. */
	connect(place: string): Promise<{readonly line: Line; readonly reply: string}>;
	/** TLS inside a tunnel. */
	inside(place: string): Promise<Line>;
	/** The record, parsed, in order. */
	record(): Promise<readonly Record<string, unknown>[]>;
};

/** A whole proxy on loopback; closed when the test ends. */
export const runProxy = async (
	t: ExecutionContext,
	gateway: {readonly client: GatewayClient} | undefined,
	options: Partial<ProxyOptions> & {readonly pairs?: readonly string[]} = {},
): Promise<ProxyWorld> => {
	const folder = options.stateDir ?? (await temporaryDirectory(t));
	const proxy = await startProxy(optionsOf(folder, options), depsOf(gateway));
	t.teardown(async () => proxy.close());
	const connect = async (place: string) => {
		const line = new Line(connectTcp(proxy.port, '127.0.0.1'));
		t.teardown(() => line.socket.destroy());
		line.send(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n${authorization}\r\n\r\n`);
		return {line, reply: await line.until('\r\n\r\n')};
	};
	return {
		proxy,
		folder,
		connect,
		async inside(place) {
			const {line, reply} = await connect(place);
			t.regex(reply, /^HTTP\/1\.1 200 /);
			const servername = place.replace(/:\d+$/, '');
			return new Line(await secure(t, line, {ca: proxy.caPem, servername}));
		},
		async record() {
			const day = new Date().toISOString().slice(0, 10);
			const text = await readFile(join(folder, 'logs', `openshell-ocsf.${day}.log`), 'utf8');
			return text
				.split('\n')
				.filter(line => line !== '')
				.map(line => JSON.parse(line) as Record<string, unknown>);
		},
	};
};

export const optionsOf = (
	stateDir: string,
	{pairs = [], ...options}: Partial<ProxyOptions> & {readonly pairs?: readonly string[]},
): ProxyOptions => ({
	sandbox: {name: 'demo' as SandboxName, tier: 'advisory', skillFile: '/skills/policy_advisor.md'},
	stateDir,
	listen: {host: '127.0.0.1', port: 0},
	token,
	connectTo: pairs.map(pair => {
		const read = parseConnectTo(pair, host => {
			const parsed = parseHost(host);
			return parsed.ok ? parsed.value : undefined;
		});
		if (!read.ok) {
			throw new Error(read.error);
		}

		return read.value;
	}),
	upstreamCa: {file: 'upstream.pem', pem: upstreamAuthority.caPem},
	ownPorts: [],
	plugins: [],
	pluginConfig: {},
	version: '0.0.0-test',
	...options,
});

export const depsOf = (gateway: {readonly client: GatewayClient} | undefined): ProxyDeps => ({
	...(gateway !== undefined && {gateway: gateway.client}),
	clock: {
		now: Date.now,
		sleep: async (ms, signal) =>
			new Promise(resolve => {
				const timer = setTimeout(resolve, ms);
				signal.addEventListener('abort', () => {
					clearTimeout(timer);
					resolve();
				});
			}),
	},
	monotonic: () => performance.now(),
	random: Math.random,
	randomBytes: count => globalThis.crypto.getRandomValues(new Uint8Array(count)),
	newId: ulid,
});

export const get = (path: string, host = 'api.test'): string =>
	`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
