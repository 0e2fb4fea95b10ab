import test from 'ava';
import {err, ok} from '../../policies/model/result.ts';
import type {FirstBytes} from '../../proxy/gate.ts';
import {
	allow,
	answerOf,
	api,
	connect,
	deny,
	everything,
	inside,
	inspected,
	makeWorld,
	passageOf,
	peek,
	raw,
} from '../helpers/gate-world.ts';

const kinds = (events: readonly {readonly kind: string}[]): readonly string[] =>
	events.map(({kind}) => kind);

test('a denied name is never resolved, and its refusal waits inside TLS', async t => {
	const world = makeWorld({policy: everything(deny('no_endpoint'))});
	const admission = await world.gate.admitConnection(connect());
	t.is(admission.kind, 'inspect');
	t.deepEqual(world.lookups, []);
	t.deepEqual(world.denials(), []);
	const refused = await world.gate.admitRequest(inside(passageOf(admission), '/user/repos?q=1'));
	t.like(answerOf(refused), {
		status: 403,
		body: {error: 'policy_denied', code: 'no_endpoint', layer: 'l4'},
	});
	t.like(world.denials()[0], {
		code: 'no_endpoint',
		layer: 'l4',
		host: 'api.example.com',
		method: 'GET',
		path: '/user/repos',
		binary: '/usr/bin/curl',
		detail: 'CONNECT api.example.com:443 not permitted by policy',
		suggested_operation: {addRule: {ruleName: 'request_api.example.com'}},
		suggestion_is_broader: false,
	});
	passageOf(admission).closed({in: 1, out: 1});
	t.is(world.denials().length, 1);
	t.deepEqual(kinds(world.events), ['http.request.denied']);
	t.deepEqual(world.reported, world.denials());
	t.is(world.open(), 0);
});

test('a refusal that nobody asked for inside is recorded once, when the connection closes', async t => {
	const world = makeWorld({policy: everything(deny('no_endpoint'))});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	passage.closed({in: 0, out: 0});
	passage.closed({in: 0, out: 0});
	t.is(world.denials().length, 1);
	t.like(world.denials()[0], {
		detail: 'CONNECT api.example.com:443 not permitted by policy',
		suggested_operation: {addRule: {ruleName: 'connection_api.example.com'}},
		suggestion_is_broader: true,
	});
	t.deepEqual(kinds(world.events), ['net.open.denied']);
});

test('a suggestion that cannot be made does not change the refusal', async t => {
	const world = makeWorld({
		policy: {
			...everything(deny('no_endpoint')),
			suggesting() {
				throw new Error('broken');
			},
		},
	});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	t.notThrows(() => passage.closed({in: 0, out: 0}));
	t.is(world.denials()[0]?.code, 'no_endpoint');
	t.false('suggested_operation' in (world.denials()[0] ?? {}));
});

test('a client that refuses our certificate finds the denial in the ring', async t => {
	const world = makeWorld({policy: everything(deny('no_endpoint'))});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	passage.clientTlsFailed('unknown ca');
	passage.closed({in: 0, out: 0});
	t.is(world.denials().length, 1);
	t.deepEqual(kinds(world.events), ['net.tls.failed', 'net.open.denied']);
});

test('where an endpoint for any binary is tls: skip the CONNECT itself is refused', async t => {
	const policy = {...everything(deny('binary_not_allowed')), endpoints: [{tls: 'skip'} as const]};
	const world = makeWorld({policy});
	const admission = await world.gate.admitConnection(connect());
	t.like(answerOf(admission), {status: 403, body: {code: 'binary_not_allowed'}});
	t.is(world.denials().length, 1);
	t.is(world.open(), 0);
});

test('first bytes that are neither TLS nor HTTP are refused at once', async t => {
	const world = makeWorld({policy: everything(deny('no_endpoint'))});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	t.is(passage.first({kind: 'tls', servername: 'x', hasEncryptedHello: false}), undefined);
	t.is(passage.first({kind: 'other'})?.status, 403);
	passage.closed({in: 0, out: 0});
	t.is(world.denials().length, 1);
	const open = passageOf(
		await makeWorld({policy: inspected(allow)}).gate.admitConnection(connect()),
	);
	t.regex(open.first({kind: 'other'})?.body ?? '', /uninspected_bytes/);
});

test('without a policy everything is refused', async t => {
	const world = makeWorld();
	const passage = passageOf(await world.gate.admitConnection(connect()));
	t.like(answerOf(await world.gate.admitRequest(inside(passage))), {body: {code: 'no_policy'}});
});

test('an unknown caller is refused before anything is evaluated', async t => {
	const world = makeWorld({policy: everything(peek), caller: async () => err('no process')});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	t.is(passage.route, undefined);
	passage.closed({in: 0, out: 0});
	t.like(world.denials()[0], {
		code: 'identity_unknown',
		reason: 'failed to resolve peer binary: no process',
	});
	t.false('binary' in (world.denials()[0] ?? {}));
	t.false('suggested_operation' in (world.denials()[0] ?? {}));
});

test('a tunnel is routed to the addresses that were decided', async t => {
	const world = makeWorld({
		policy: everything(peek),
		resolve: async () => ok(['203.0.113.7', '203.0.113.8']),
	});
	const admission = await world.gate.admitConnection(connect());
	t.like(admission, {kind: 'tunnel', mode: 'peek'});
	t.like(passageOf(admission).route, {
		host: 'api.example.com',
		port: 443,
		dialPort: 443,
		addresses: ['203.0.113.7', '203.0.113.8'],
		servername: 'api.example.com',
	});
	t.deepEqual(world.lookups, ['api.example.com']);
	t.deepEqual(world.decisions, ['connection allow']);
	world.clock += 5;
	passageOf(admission).closed({in: 3, out: 4});
	t.like(world.events[0], {kind: 'net.open.allowed', address: '203.0.113.7', rule: 'github'});
	t.like(world.events[1], {kind: 'net.close', bytesIn: 3, bytesOut: 4, durationMs: 5});
	t.is(world.open(), 0);
});

test('an address literal has no TLS name', async t => {
	const world = makeWorld({policy: everything(raw)});
	const passage = passageOf(
		await world.gate.admitConnection(connect({host: '203.0.113.9' as never, port: 443})),
	);
	t.is(passage.route?.servername, '');
});

test('an address that the guard refuses is not dialled; the refusal waits inside', async t => {
	const world = makeWorld({policy: {...everything(peek), guard: () => deny('address_internal')}});
	const admission = await world.gate.admitConnection(connect());
	t.is(admission.kind, 'inspect');
	t.is(passageOf(admission).route, undefined);
	t.like(answerOf(await world.gate.admitRequest(inside(passageOf(admission)))), {
		status: 403,
		body: {error: 'ssrf_denied', detail: 'CONNECT api.example.com:443 blocked: internal address'},
	});
	t.deepEqual(kinds(world.events), ['net.ssrf.blocked']);
	passageOf(admission).closed({in: 0, out: 0});
	t.is(world.denials().length, 1);
	t.is(world.open(), 0);
});

test('a name that does not resolve is a 502 and no denial', async t => {
	const world = makeWorld({policy: everything(peek), resolve: async () => err('no such name')});
	t.like(answerOf(await world.gate.admitConnection(connect())), {
		status: 502,
		body: {error: 'upstream_unreachable', detail: 'connection to api.example.com:443 failed'},
	});
	t.deepEqual(world.denials(), []);
	t.deepEqual(kinds(world.events), ['net.upstream.failed']);
	t.is(world.open(), 0);
});

test('--connect-to holds for its pair only, without resolver and guard, and keeps the TLS name', async t => {
	const override = {
		...api,
		address: '127.0.0.1',
		dialPort: 8443,
		text: 'api.example.com:443:127.0.0.1:8443',
	};
	const world = makeWorld({
		policy: {...everything(peek), guard: () => deny('address_blocked')},
		connectTo: [override],
	});
	const passage = passageOf(await world.gate.admitConnection(connect()));
	t.like(passage.route, {
		addresses: ['127.0.0.1'],
		dialPort: 8443,
		servername: 'api.example.com',
		port: 443,
	});
	t.deepEqual(world.lookups, []);
	t.like(world.events[0], {kind: 'net.open.allowed', connectTo: true});
	const other = await world.gate.admitConnection(connect({...api, port: 444}));
	passageOf(other).closed({in: 0, out: 0});
	t.is(world.denials()[0]?.code, 'address_blocked');
});

for (const [title, bytes, isRefused] of [
	[
		'TLS for the host',
		{kind: 'tls', servername: 'api.example.com', hasEncryptedHello: false},
		false,
	],
	['TLS for another host', {kind: 'tls', servername: 'evil.test', hasEncryptedHello: false}, true],
	['TLS without a name', {kind: 'tls', servername: '', hasEncryptedHello: false}, true],
	[
		'an encrypted hello',
		{kind: 'tls', servername: 'api.example.com', hasEncryptedHello: true},
		true,
	],
	['TLS that cannot be read', {kind: 'unparsable-tls'}, true],
	['HTTP', {kind: 'http'}, false],
	['another protocol', {kind: 'other'}, false],
] as const) {
	test(`a peeked tunnel that begins with ${title} is ${isRefused ? 'refused' : 'let through'} (X17)`, async t => {
		const world = makeWorld({policy: everything(peek)});
		const passage = passageOf(await world.gate.admitConnection(connect()));
		const answer = passage.first(bytes as FirstBytes);
		t.is(answer === undefined, !isRefused);
		t.deepEqual(
			world.denials().map(({code}) => code),
			isRefused ? ['authority_mismatch'] : [],
		);
	});
}

test('a tunnel to an address may not ask for a name (X16)', async t => {
	const world = makeWorld({policy: everything(peek)});
	const passage = passageOf(
		await world.gate.admitConnection(connect({host: '203.0.113.9' as never, port: 443})),
	);
	t.is(passage.first({kind: 'tls', servername: '', hasEncryptedHello: false}), undefined);
	t.is(passage.first({kind: 'tls', servername: 'a.test', hasEncryptedHello: false})?.status, 421);
});

test('a plugin may object, and a plugin that throws objects', async t => {
	for (const onConnect of [
		async () => ({reason: 'not today'}),
		async () => {
			throw new Error('secret');
		},
	]) {
		const world = makeWorld({
			policy: everything(peek),
			plugins: [{name: 'strict', hooks: {onConnect}}],
		});
		const admission = await world.gate.admitConnection(connect());
		t.is(admission.kind, 'inspect');
		passageOf(admission).closed({in: 0, out: 0});
		t.is(world.denials()[0]?.code, 'plugin_denied');
		t.regex(world.denials()[0]?.reason ?? '', /^strict: /);
		t.notRegex(JSON.stringify(world.denials()), /secret/);
		t.deepEqual(world.lookups, []);
	}
});

test('a plugin is not asked about what policy denies', async t => {
	let asked = 0;
	const onConnect = async () => {
		asked += 1;
		return undefined;
	};
	const world = makeWorld({
		policy: everything(deny('no_endpoint')),
		plugins: [{name: 'strict', hooks: {onConnect}}],
	});
	await world.gate.admitConnection(connect());
	t.is(asked, 0);
});

test('whatever is thrown while deciding is a denial', async t => {
	const world = makeWorld({
		policy: {
			answer() {
				throw new TypeError('token=secret');
			},
		},
	});
	t.like(answerOf(await world.gate.admitConnection(connect())), {
		status: 403,
		body: {code: 'policy_error', reason: 'policy evaluation error: TypeError'},
	});
	t.is(world.open(), 0);
});

test('a guard that throws is a denial, and nothing stays live', async t => {
	const world = makeWorld({
		policy: {
			...everything(peek),
			guard() {
				throw new Error('broken');
			},
		},
	});
	t.like(answerOf(await world.gate.admitConnection(connect())), {body: {code: 'policy_error'}});
	t.is(world.open(), 0);
});

test('while the log cannot be written nothing new is let through', async t => {
	const world = makeWorld({policy: everything(peek), canRecord: () => false});
	t.like(answerOf(await world.gate.admitConnection(connect())), {
		status: 503,
		body: {code: 'log_unwritable'},
	});
	t.deepEqual(world.lookups, []);
});

test('a tunnel whose policy is swapped while its name resolves is refused (X19)', async t => {
	const world = makeWorld({
		policy: everything(peek),
		async resolve() {
			world.swap(everything(deny('no_endpoint')));
			return ok(['203.0.113.7']);
		},
	});
	t.like(answerOf(await world.gate.admitConnection(connect())), {
		status: 403,
		body: {
			code: 'policy_changed',
			detail: 'CONNECT api.example.com:443 not permitted because policy changed',
		},
	});
});

test('a connection whose policy is swapped while a plugin thinks is refused (X19)', async t => {
	const world = makeWorld({
		policy: everything(peek),
		plugins: [
			{
				name: 'slow',
				hooks: {
					async onConnect() {
						world.swap(everything(deny('no_endpoint')));
						return undefined;
					},
				},
			},
		],
	});
	t.like(answerOf(await world.gate.admitConnection(connect())), {body: {code: 'policy_changed'}});
});

test('what the proxy lacks the token for, or the engine refuses, is answered and only policy is remembered', t => {
	const world = makeWorld({policy: everything(peek)});
	const {connection} = connect();
	t.is(
		world.gate.refuse({connection, code: 'proxy_auth_required', reason: 'no token'}).status,
		407,
	);
	t.deepEqual(world.denials(), []);
	t.is(world.gate.refuse({connection, code: 'malformed_request', reason: 'bad head'}).status, 400);
	t.like(world.denials()[0], {code: 'malformed_request', detail: 'bad head'});
	t.true(world.gate.authenticate({method: 'GET', target: '/', headers: [['x', 'token']]}));
});
