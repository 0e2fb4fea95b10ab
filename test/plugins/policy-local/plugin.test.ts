import test from 'ava';
import {policyLocal} from '../../../plugins/policy-local/plugin.ts';
import type {VirtualHost} from '../../../policies/model/plugin.ts';
import {defaultSettings} from '../../../policies/model/settings.ts';
import {aDenial, ringOf} from '../../helpers/denials.ts';
import {send} from '../../helpers/exchange.ts';
import {aChunk, chunkId, fakeGateway} from '../../helpers/gateway.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';
import {fakePolicy} from '../../helpers/policy.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type Ports = Parameters<typeof fakeHost>[0];

const serve = (ports: Ports = {}): VirtualHost => {
	const host = policyLocal(fakeHost(ports)).hooks?.serve;
	if (host === undefined) {
		throw new Error('policy-local serves no host');
	}

	return host;
};

const off = {settings: () => ({...defaultSettings, agent_policy_proposals_enabled: false})};

type Vector = {
	readonly id: string;
	readonly feature_enabled: boolean;
	readonly gateway_connected: boolean;
	readonly request: {readonly method: string; readonly path: string; readonly body?: unknown};
	readonly expect: {
		readonly status: number;
		readonly json_equals?: Readonly<Record<string, unknown>>;
		readonly json_contains?: Readonly<Record<string, unknown>>;
	};
};

for (const {id, request, expect, ...given} of contractVectors<Vector>('policy_local')) {
	test(`vector ${id}: ${request.method} ${request.path} answers ${expect.status}`, async t => {
		const host = serve({
			...(given.feature_enabled ? {} : off),
			gateway: given.gateway_connected ? fakeGateway() : undefined,
			policy: fakePolicy(),
			logs: {lines: async () => ({lines: [], log_available: true})},
		});
		const {method, path, body} = request;
		const answer = await send(host, {method, target: path, ...(body === undefined ? {} : {body})});
		t.is(answer.status, expect.status);
		for (const [key, value] of Object.entries(expect.json_equals ?? {})) {
			t.deepEqual(answer.json[key], value, key);
		}

		for (const [key, value] of Object.entries(expect.json_contains ?? {})) {
			const found = answer.json[key];
			t.true(typeof value === 'string' ? String(found).includes(value) : found === value, key);
		}
	});
}

test('the contract has policy_local vectors to test', t => {
	t.true(contractVectors('policy_local').length >= 12);
});

test('every answer is JSON that ends the connection and is not kept', async t => {
	for (const target of ['/v1/policy/current', '/v1/denials', '/nope', '/v1/manifest']) {
		const answer = await send(serve({policy: fakePolicy()}), {target});
		t.is(answer.header('content-type'), 'application/json');
		t.is(answer.header('connection'), 'close');
		t.is(answer.header('cache-control'), 'no-store');
		t.is(answer.header('x-content-type-options'), 'nosniff');
		t.deepEqual(Object.keys(answer.json), Object.keys(answer.json).toSorted());
	}
});

const routes = [
	'GET /v1/policy/current',
	'GET /v1/denials',
	'GET /v1/logs',
	'GET /v1/manifest',
	'GET /v1/proposals',
	'POST /v1/proposals',
	'POST /v1/prove',
	`GET /v1/proposals/${chunkId(0)}`,
	`GET /v1/proposals/${chunkId(0)}/wait`,
	'GET /nope',
];

for (const route of routes) {
	test(`a browser cannot use ${route}`, async t => {
		const [method = '', target = ''] = route.split(' ');
		const gateway = fakeGateway();
		const ordinary = [
			['Host', 'policy.local'],
			['Content-Type', 'application/json'],
		] as const;
		for (const [name, value] of [
			['Origin', 'http://evil.example'],
			['origin', 'null'],
			['Referer', 'http://policy.local/'],
			['Sec-Fetch-Site', 'none'],
			['sec-fetch-mode', 'no-cors'],
		] as const) {
			const answer = await send(serve({gateway}), {
				method,
				target,
				body: {},
				headers: [...ordinary, [name, value]],
			});
			t.is(answer.status, 403, name);
			t.is(answer.json['error'], 'browser_request_refused');
		}

		t.is(gateway.lookups + gateway.submitted.length, 0);
	});

	test(`a rebound or doubled host cannot use ${route}`, async t => {
		const [method = '', target = ''] = route.split(' ');
		const json = ['content-type', 'application/json'] as const;
		for (const hosts of [
			[],
			['evil.example'],
			['policy.local.evil.example'],
			['policy.local:8080'],
			['policy.local', 'policy.local'],
		]) {
			const headers = [json, ...hosts.map(value => ['Host', value] as const)];
			const answer = await send(serve(), {method, target, body: {}, headers});
			t.is(answer.status, 421, hosts.join());
		}

		const answer = await send(serve(), {
			method,
			target: `http://evil.example${target}`,
			body: {},
			headers: [json, ['host', 'policy.local']],
		});
		t.is(answer.status, 421);
	});
}

test('a POST must say that it is JSON, in a way that a page cannot', async t => {
	const host = serve({gateway: fakeGateway()});
	for (const type of [
		undefined,
		'text/plain',
		'application/x-www-form-urlencoded',
		'multipart/form-data',
		'application/json; charset=utf-16',
		'text/json',
	]) {
		const headers = [
			['Host', 'policy.local'] as const,
			...(type === undefined ? [] : [['Content-Type', type] as const]),
		];
		t.is(
			(await send(host, {method: 'POST', target: '/v1/proposals', body: {}, headers})).status,
			415,
			type,
		);
	}

	const zipped = [
		['Host', 'policy.local'],
		['Content-Type', 'application/json'],
		['Content-Encoding', 'gzip'],
	] as const;
	t.is(
		(await send(host, {method: 'POST', target: '/v1/proposals', body: {}, headers: zipped})).status,
		415,
	);
	const utf8 = [
		['Host', 'POLICY.local:80'],
		['Content-Type', 'application/json; charset="UTF-8"'],
	] as const;
	t.is(
		(await send(host, {method: 'POST', target: '/v1/proposals', body: {}, headers: utf8})).status,
		400,
	);
});

test('the absolute form that a proxy is sent means the same as the origin form', async t => {
	const host = serve({policy: fakePolicy()});
	t.is((await send(host, {target: 'http://policy.local/v1/policy/current'})).status, 200);
	t.is((await send(host, {target: 'HTTP://policy.local:80/v1/policy/current?x=1'})).status, 200);
});

test('routes are exact', async t => {
	const host = serve({gateway: fakeGateway(), policy: fakePolicy()});
	for (const target of [
		'/v1/policy/current/',
		'/v1/Policy/current',
		'//v1/policy/current',
		'/v1/./policy/current',
		'/',
	]) {
		t.is((await send(host, {target})).json['error'], 'not_found', target);
	}

	const sub = await send(host, {target: `/v1/proposals/${chunkId(0)}/accept?x=1`});
	t.deepEqual(sub.json, {
		error: 'not_found',
		detail: `policy.local proposal sub-route not found: /v1/proposals/${chunkId(0)}/accept`,
	});
});

test('what is echoed from a request is cleaned and bounded', async t => {
	const answer = await send(serve(), {target: `/\u001b[2J\u202e${'x'.repeat(9000)}`});
	t.notRegex(String(answer.json['detail']), /[\p{Cc}\p{Cf}]/u);
	t.true(String(answer.json['detail']).length < 600);
});

test('without a policy there is none to show', async t => {
	for (const target of ['/v1/policy/current', '/v1/manifest']) {
		const answer = await send(serve(), {target});
		t.is(answer.status, 404);
		t.deepEqual(answer.json, {
			error: 'policy_unavailable',
			detail: 'no current sandbox policy is loaded',
		});
	}
});

test('the manifest lists what is allowed and denied, place by place', async t => {
	const policy = fakePolicy({
		revision: 4,
		yaml: `
version: 1
network_policies:
  github:
    name: github
    endpoints:
      - host: api.github.com
        port: 443
        protocol: rest
        access: read-only
        deny_rules:
          - {method: GET, path: /secrets}
      - host: github.com
        ports: [22, 443]
    binaries:
      - path: /usr/bin/git
`,
	});
	const {json} = await send(serve({policy}), {target: '/v1/manifest'});
	const common = {binaries: ['/usr/bin/git'], enforcement: 'enforce'};
	t.deepEqual(json, {
		revision: 4,
		tier: 'advisory',
		leases: [],
		allow: [
			{
				...common,
				host: 'api.github.com',
				port: 443,
				protocol: 'rest',
				methods: ['GET', 'HEAD', 'OPTIONS'],
				path: '**',
			},
			{...common, host: 'github.com', port: 22, protocol: 'tcp', methods: ['*'], path: '**'},
			{...common, host: 'github.com', port: 443, protocol: 'tcp', methods: ['*'], path: '**'},
		],
		deny: [
			{
				...common,
				host: 'api.github.com',
				port: 443,
				protocol: 'rest',
				methods: ['GET'],
				path: '/secrets',
			},
		],
	});
});

test('proving is not available yet, and that is said', async t => {
	const answer = await send(serve(), {method: 'POST', target: '/v1/prove', body: {}});
	t.is(answer.status, 501);
	t.is(answer.json['error'], 'not_available');
});

test('denials are lines of the log and records of the ring, also with the gateway down', async t => {
	const line =
		'2026-05-06T17:02:00.000Z OCSF NET:OPEN [MED] DENIED curl(42) -> blocked.com:443 [policy:- engine:opa]';
	const asked: number[] = [];
	const host = serve({
		denials: ringOf(aDenial()),
		logs: {
			async lines(count, matches) {
				asked.push(count);
				return {lines: [line, 'not a denial'].filter(matches), log_available: true};
			},
		},
	});
	const {json} = await send(host, {target: '/v1/denials?last=3'});
	t.deepEqual(json, {
		denials: [line],
		log_available: true,
		items: [
			{
				denial_id: 'den_01JD8Q4ZK3M5N7P9R1T3V5X7Z9',
				code: 'not_permitted',
				layer: 'l7',
				host: 'api.github.com',
				port: 443,
				method: 'POST',
				path: '/user/repos',
				binary: '/usr/bin/curl',
				at: '2026-11-21T12:00:00.000Z',
			},
		],
	});
	for (const [query, count] of [
		['?last=0', 1],
		['?last=1000', 100],
		['?last=x', 10],
		['', 10],
		['?a=1&last=7', 7],
	] as const) {
		await send(host, {target: `/v1/denials${query}`});
		t.is(asked.at(-1), count, query);
	}
});

test('without a log file the records are still there, and that is said', async t => {
	const {json} = await send(serve({denials: ringOf(aDenial())}), {target: '/v1/denials'});
	t.is(json['log_available'], false);
	t.regex(String(json['note']), /no log file/);
	t.is((json['items'] as unknown[]).length, 1);
});

test('logs are the newest lines of this sandbox', async t => {
	const host = serve({
		logs: {lines: async count => ({lines: [`asked for ${count}`], log_available: true})},
	});
	t.deepEqual((await send(host, {target: '/v1/logs?last=2'})).json, {
		lines: ['asked for 2'],
		log_available: true,
	});
});

test('proposals are listed newest first, with what each means for the agent', async t => {
	const gateway = fakeGateway();
	gateway.put(aChunk({created_at_ms: 1}));
	gateway.put(aChunk({id: chunkId(1), created_at_ms: 2}));
	const {json} = await send(serve({gateway}), {target: '/v1/proposals'});
	const listed = json['proposals'] as ReadonlyArray<{readonly chunk_id: string}>;
	t.deepEqual(
		listed.map(({chunk_id}) => chunk_id),
		[chunkId(1), chunkId(0)],
	);
});

test('a chunk id that cannot be one is never asked of the gateway', async t => {
	const gateway = fakeGateway();
	for (const id of ['..%2f..', 'chk_1', '__proto__']) {
		t.is(
			(await send(serve({gateway}), {target: `/v1/proposals/${id}`})).json['error'],
			'chunk_not_found',
		);
		t.is(
			(await send(serve({gateway}), {target: `/v1/proposals/${id}/wait`})).json['error'],
			'chunk_not_found',
		);
	}

	t.is(gateway.lookups, 0);
});

test('a gateway that fails is named for what it was asked', async t => {
	const gateway = fakeGateway();
	gateway.failure = {kind: 'unreachable', detail: 'connect ECONNREFUSED'};
	for (const target of [
		'/v1/proposals',
		`/v1/proposals/${chunkId(0)}`,
		`/v1/proposals/${chunkId(0)}/wait`,
	]) {
		const answer = await send(serve({gateway}), {target});
		t.is(answer.status, 502, target);
		t.is(answer.json['error'], 'gateway_lookup_failed', target);
	}

	gateway.failure = {kind: 'rate_limited', detail: 'too many', retry_after_s: 9};
	t.like((await send(serve({gateway}), {target: `/v1/proposals/${chunkId(0)}`})).json, {
		error: 'rate_limited',
		retry_after_s: 9,
	});
});
