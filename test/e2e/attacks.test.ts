import {readdir, readFile} from 'node:fs/promises';
import {connect as connectTcp} from 'node:net';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {hasHidden} from '../../policies/model/clean.ts';
import {attachSandbox, must, startTestGateway, tokenOf} from '../gateway/helpers/gateway.ts';
import {makeFakeGateway} from '../helpers/fake-gateway.ts';
import {authorization, policy, runProxy} from '../helpers/proxy.ts';
import {Line, serveRaw} from '../helpers/wire.ts';

/** Attacks on a whole proxy, with a real gateway where one is needed, over real sockets. */

type Json = Readonly<Record<string, unknown>>;

const speak = async (t: ExecutionContext, port: number, bytes: string): Promise<Line> => {
	const line = new Line(connectTcp(port, '127.0.0.1'));
	t.teardown(() => line.socket.destroy());
	return line.send(bytes);
};

/** What a client is answered: the status and the code or error word. */
const answerTo = async (t: ExecutionContext, port: number, bytes: string): Promise<string> => {
	const {head, body} = await (await speak(t, port, bytes)).response();
	const {code, error} = JSON.parse(body) as Json;
	return `${head.split(' ')[1]} ${String(code ?? error)}`;
};

const plainHead = (start: string, ...headers: readonly string[]): string =>
	[`${start} HTTP/1.1`, authorization, ...headers, '', ''].join('\r\n');

const host = 'Host: plain.test';
const place = 'http://plain.test';
const smuggled = 'DELETE /b HTTP/1.1\r\nHost: plain.test\r\n\r\n';

test('what two servers could read in two ways never reaches the upstream', async t => {
	const heard: string[] = [];
	const upstream = await serveRaw(t, socket => {
		socket.on('data', chunk => {
			heard.push(String(chunk));
			socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
		});
	});
	const world = await runProxy(
		t,
		makeFakeGateway(
			policy(
				'host: plain.test, port: 80, protocol: rest, rules: [{allow: {method: GET, path: "/a"}}, {allow: {method: POST, path: "/a"}}]',
			),
		),
		{
			pairs: [`plain.test:80:127.0.0.1:${upstream}`],
		},
	);
	const post = (...headers: readonly string[]): string =>
		plainHead(`POST ${place}/a`, host, ...headers);
	for (const [bytes, expected] of [
		[
			`${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
			'400 body_framing',
		],
		[`${post('Content-Length: 4', 'Content-Length: 5')}abcde`, '400 body_framing'],
		[`${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`, '400 body_framing'],
		[`${post('Transfer-Encoding : chunked')}0\r\n\r\n`, '400 malformed_request'],
		[`${post('Transfer_Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`, '400 method_override'],
		[`${post('Transfer.Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n`, '400 method_override'],
		[post('X_HTTP_METHOD_OVERRIDE: DELETE', 'Content-Length: 0'), '400 method_override'],
		[plainHead(`POST ${place}/a?.method=DELETE`, host, 'Content-Length: 0'), '400 method_override'],
		[post('X-A: b\r\n\tHost: evil.test', 'Content-Length: 0'), '400 malformed_request'],
		[post('X-A: b\rHost: evil.test', 'Content-Length: 0'), '400 malformed_request'],
		[plainHead(`GET ${place}/a`, host, host), '400 duplicate_host'],
		[plainHead(`GET ${place}/a`, 'Host: evil.test'), '421 authority_mismatch'],
		[plainHead('GET http://plain.test@evil.test/a', host), '400 malformed_authority'],
		[plainHead(`GET ${place}/a/%2e%2e/b`, host), '403 not_permitted'],
		[plainHead(`GET ${place}/x%2f..%2fa`, host), '400 malformed_target'],
		[
			plainHead(`GET ${place}/a`, host, 'Connection: Upgrade', 'Upgrade: h2c'),
			'403 upgrade_not_allowed',
		],
		[plainHead(`GET ${place}/a`, host, 'Upgrade: websocket'), '403 upgrade_not_allowed'],
		[`GET ${place}/a HTTP/1.1\r\n${host}\r\n\r\n`, '407 proxy_auth_required'],
	] as const) {
		t.is(await answerTo(t, world.proxy.port, bytes), expected, JSON.stringify(bytes));
	}

	t.deepEqual(heard, []);
	await (await speak(t, world.proxy.port, plainHead(`GET ${place}/a`, host))).response();
	t.is(heard.length, 1);
});

test('our own ports and this machine are closed through the proxy, in every spelling, whatever policy says (X38)', async t => {
	const gateway = makeFakeGateway(policy());
	const world = await runProxy(t, gateway, {ownPorts: [4433]});
	const {port} = world.proxy;
	const everywhere = [
		'8.8.8.8',
		'127.0.0.1',
		'"[::1]"',
		'localhost',
		'"[::ffff:7f00:1]"',
		'"[64:ff9b::7f00:1]"',
	];
	t.deepEqual(
		await gateway.activate(
			policy(...everywhere.map(name => `host: ${name}, ports: [80, 4433, ${port}]`)),
		),
		{loaded: true},
	);
	for (const [name, at, code] of [
		['8.8.8.8', 4433, 'port_blocked'],
		['8.8.8.8', port, 'port_blocked'],
		['127.0.0.1', 80, 'address_internal'],
		['0x7f.1', 80, 'address_internal'],
		['2130706433', 80, 'address_internal'],
		['localhost', 80, 'address_internal'],
		['[::1]', 80, 'address_internal'],
		['[::ffff:127.0.0.1]', 80, 'address_internal'],
		['[64:ff9b::127.0.0.1]', 80, 'address_internal'],
	] as const) {
		const {line, reply} = await world.connect(`${name}:${at}`);
		const denial = / 200 /.test(reply)
			? (await line.send(`GET / HTTP/1.1\r\nHost: ${name}:${at}\r\n\r\n`).response()).body
			: await line.rest();
		t.is((JSON.parse(denial) as Json)['code'], code, `${name}:${at}`);
	}
});

test('a page that reaches the proxy cannot use policy.local, by whatever name (X7)', async t => {
	const world = await runProxy(t, makeFakeGateway(policy()));
	const target = 'http://policy.local/v1/policy/current';
	const ours = 'Host: policy.local';
	for (const [bytes, expected] of [
		[plainHead(`GET ${target}`, ours, 'Origin: null'), '403 browser_request_refused'],
		[plainHead(`GET ${target}`, ours, 'rEfErEr: http://a.test/'), '403 browser_request_refused'],
		[plainHead(`GET ${target}`, ours, 'Sec-Fetch-Dest: image'), '403 browser_request_refused'],
		[
			plainHead('GET http://policy.local./v1/policy/current', 'Host: policy.local.'),
			'421 invalid_host',
		],
		[
			plainHead('GET http://policy.local:81/v1/policy/current', 'Host: policy.local:81'),
			'400 invalid_policy_local_scheme',
		],
		[plainHead(`GET ${target}`, 'Host: rebound.test'), '421 authority_mismatch'],
		[plainHead('GET /v1/policy/current', ours), '400 malformed_target'],
		[`GET ${target} HTTP/1.1\r\n${ours}\r\n\r\n`, '407 proxy_auth_required'],
		[
			plainHead(
				'POST http://policy.local/v1/proposals',
				ours,
				'Content-Type: text/plain',
				'Content-Length: 2',
			),
			'415 unsupported_media_type',
		],
	] as const) {
		t.is(await answerTo(t, world.proxy.port, bytes), expected, JSON.stringify(bytes));
	}
});

const proposal = (name: string, intent: string, at = 'x.test'): string =>
	JSON.stringify({
		intent_summary: intent,
		operations: [
			{
				addRule: {
					ruleName: name,
					rule: {
						name,
						endpoints: [
							{
								host: at,
								port: 443,
								protocol: 'rest',
								rules: [{allow: {method: 'GET', path: '/x'}}],
							},
						],
						binaries: [{path: '/usr/bin/curl'}],
					},
				},
			},
		],
	});

const ask = async (
	t: ExecutionContext,
	port: number,
	start: string,
	body = '',
): Promise<{readonly status: number; readonly body: Json}> => {
	const head = plainHead(
		start,
		'Host: policy.local',
		'Content-Type: application/json',
		`Content-Length: ${Buffer.byteLength(body)}`,
	);
	const line = await speak(t, port, '');
	const answer = await line.send(Buffer.from(head + body)).response();
	return {status: Number(answer.head.split(' ')[1]), body: JSON.parse(answer.body) as Json};
};

test('a rule called __proto__ is a rule like any other, from proposal to manifest (X39)', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const {proxy} = await runProxy(t, sandbox);
	for (const name of ['__proto__', 'constructor']) {
		const sent = await ask(
			t,
			proxy.port,
			'POST http://policy.local/v1/proposals',
			proposal(name, 'x', `${name.replaceAll('_', '')}.test`),
		);
		const [id = ''] = sent.body['accepted_chunk_ids'] as readonly string[];
		const chunk = must(await gateway.reviewer.chunk('demo', id));
		t.is(chunk.landing_rule, name);
		must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
		const waited = await ask(
			t,
			proxy.port,
			`GET http://policy.local/v1/proposals/${id}/wait?timeout=20`,
		);
		t.like(waited.body, {status: 'approved', policy_reloaded: true});
	}

	const manifest = await ask(t, proxy.port, 'GET http://policy.local/v1/manifest');
	t.deepEqual(
		new Set((manifest.body['allow'] as readonly Json[]).map(entry => entry['host'])),
		new Set(['proto.test', 'constructor.test']),
	);
});

test('no text of an agent drives a terminal from a record, a chunk or an answer (X23)', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const world = await runProxy(t, sandbox);
	const {port} = world.proxy;
	const evil = '\u001B]0;x\u0007\u009B2J\u202E\r\nStatus: approved\u2028';
	const sent = await ask(t, port, 'POST http://policy.local/v1/proposals', proposal('r', evil));
	t.is(sent.status, 202);
	for (const start of [
		'GET http://a.test/%1B%5B2J',
		'GET http://a.test/%E2%80%AE',
		'GET http://a\u009Bb.test/',
	]) {
		await (await speak(t, port, plainHead(start, 'Host: a.test'))).rest();
	}

	const [chunk] = must(await gateway.reviewer.chunks('demo'));
	t.regex(chunk?.rationale ?? '', /<U\+001B>.*<U\+009B>.*<U\+202E>/);
	const denials = await ask(t, port, 'GET http://policy.local/v1/denials?last=50');
	t.false(hasHidden(JSON.stringify(denials.body)));
	await world.proxy.close();
	const files = await readdir(join(world.folder, 'logs'));
	t.true(files.length >= 2);
	for (const file of files) {
		for (const line of (await readFile(join(world.folder, 'logs', file), 'utf8')).split('\n')) {
			t.false(hasHidden(line), `${file}: ${JSON.stringify(line)}`);
		}
	}
});

test('a flood of proposals is slowed, and the person still rules (X33)', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const {proxy} = await runProxy(t, sandbox);
	const answers = await Promise.all(
		Array.from({length: 50}, (_, index) =>
			ask(
				t,
				proxy.port,
				'POST http://policy.local/v1/proposals',
				proposal('r', 'x', `h${index}.test`),
			),
		),
	);
	const refused = answers.filter(({status}) => status === 429);
	t.true(refused.length > 0 && refused.length < answers.length);
	for (const {body} of refused) {
		t.is(body['error'], 'rate_limited');
		t.true(Number(body['retry_after_s']) >= 1);
	}

	const [chunk] = must(await gateway.reviewer.chunks('demo'));
	t.is(must(await gateway.reviewer.chunk('demo', chunk?.id ?? '')).phase, 'reviewing');
});
