import test from 'ava';
import type {Audit} from '../../policies/model/decision.ts';
import {err, ok} from '../../policies/model/result.ts';
import {
	allow,
	answerOf,
	connect,
	deny,
	everything,
	exchange,
	inside,
	inspect,
	inspected,
	makeWorld,
	passageOf,
	peek,
	plainly,
	rule,
	type World,
} from '../helpers/gate-world.ts';

const audit: Audit = {
	kind: 'audit',
	layer: 'l7',
	rule,
	word: 'rest',
	code: 'not_permitted',
	reason: 'would be denied',
};

const tunnelOf = async (world: World) => passageOf(await world.gate.admitConnection(connect()));

const kinds = (world: World): readonly string[] => world.events.map(({kind}) => kind);

test('an allowed request is forwarded, canonical, to decided addresses, and recorded when answered', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const tunnel = await tunnelOf(world);
	t.deepEqual(world.lookups, []);
	const admission = await world.gate.admitRequest(
		inside(tunnel, '/a/../b?x=1', {
			headers: [
				['host', 'API.example.com'],
				['Proxy-Authorization', 'secret'],
			],
		} as never),
	);
	t.like(admission, {
		kind: 'forward',
		head: {method: 'GET', target: '/b?x=1', headers: [['host', 'api.example.com']]},
	});
	const passage = passageOf(admission);
	t.like(passage.route, {addresses: ['203.0.113.7'], servername: 'api.example.com', dialPort: 443});
	t.is(world.open(), 2);
	world.clock += 9;
	passage.answered(201);
	passage.closed({in: 1, out: 1});
	t.is(world.open(), 1);
	t.deepEqual(kinds(world), ['net.open.allowed', 'http.request.allowed']);
	t.like(world.events[1], {
		status: 201,
		latencyMs: 9,
		path: '/b',
		method: 'GET',
		scheme: 'https',
		rule: 'github',
	});
	t.deepEqual(world.decisions, ['connection inspect', 'request allow']);
});

test('a denied request is answered with its place, path and suggestion, and resolved never', async t => {
	const world = makeWorld({policy: inspected(deny('not_permitted', 'l7'))});
	const tunnel = await tunnelOf(world);
	const refused = await world.gate.admitRequest(
		inside(tunnel, '/user/repos?token=secret', {method: 'POST'}),
	);
	t.like(answerOf(refused), {
		status: 403,
		body: {error: 'policy_denied', layer: 'l7', code: 'not_permitted'},
	});
	t.deepEqual(world.lookups, []);
	t.like(world.denials()[0], {
		policy: 'github',
		method: 'POST',
		path: '/user/repos',
		suggested_operation: {addRule: {ruleName: 'request_api.example.com'}},
	});
	t.notRegex(JSON.stringify([world.denials(), world.events]), /secret/);
	tunnel.closed({in: 0, out: 0});
	t.is(world.denials().length, 1);
});

test('denials suggest nothing where no proposal could help, or proposals are off', async t => {
	for (const [code, proposals] of [
		['deny_rule', true],
		['not_permitted', false],
	] as const) {
		const world = makeWorld({policy: inspected(deny(code, 'l7')), proposals});
		await world.gate.admitRequest(inside(await tunnelOf(world)));
		t.false('suggested_operation' in (world.denials()[0] ?? {}));
	}
});

test('an audited request is forwarded and recorded as audited', async t => {
	const world = makeWorld({policy: inspected(audit)});
	const passage = passageOf(await world.gate.admitRequest(inside(await tunnelOf(world))));
	passage.answered(200);
	t.like(world.events.at(-1), {kind: 'http.request.audited', code: 'not_permitted', status: 200});
	t.deepEqual(world.denials(), []);
});

test('a request that was never answered is not missing from the record', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const passage = passageOf(await world.gate.admitRequest(inside(await tunnelOf(world))));
	passage.closed({in: 0, out: 0});
	t.like(world.events.at(-1), {kind: 'http.request.allowed', status: 0});
});

test('an upstream that fails is answered and recorded, and is no denial', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const passage = passageOf(await world.gate.admitRequest(inside(await tunnelOf(world))));
	t.is(passage.failed('upstream_tls', 'certificate has expired').status, 502);
	passage.closed({in: 0, out: 0});
	t.deepEqual(kinds(world), ['net.open.allowed', 'net.tls.failed', 'http.upstream.failed']);
	t.deepEqual(world.denials(), []);
});

test('requests of a connection share a look-up for a while, and each policy guards it', async t => {
	const guarded = (guard: () => undefined | ReturnType<typeof deny>) => ({
		...inspected(allow),
		guard,
	});
	let asked = 0;
	const world = makeWorld({
		policy: guarded(() => {
			asked += 1;
			return undefined;
		}),
	});
	const tunnel = await tunnelOf(world);
	await world.gate.admitRequest(inside(tunnel));
	await world.gate.admitRequest(inside(tunnel));
	t.deepEqual([world.lookups.length, asked], [1, 1]);
	world.swap(guarded(() => deny('address_internal')));
	t.like(answerOf(await world.gate.admitRequest(inside(tunnel))), {body: {error: 'ssrf_denied'}});
	world.swap(inspected(allow));
	t.like(await world.gate.admitRequest(inside(tunnel)), {kind: 'forward'});
	t.is(world.lookups.length, 1);
	world.clock += 31_000;
	await world.gate.admitRequest(inside(tunnel));
	t.is(world.lookups.length, 2);
});

test('a malformed request is refused with its code, its target left out', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const tunnel = await tunnelOf(world);
	const refused = await world.gate.admitRequest(inside(tunnel, '/a%2Fsecret'));
	t.like(answerOf(refused), {
		status: 400,
		body: {error: 'invalid_request_target', code: 'malformed_target'},
	});
	t.notRegex(JSON.stringify([world.denials(), world.events]), /secret/);
	t.like(
		answerOf(
			await world.gate.admitRequest(inside(tunnel, '/', {headers: [['Host', 'evil.test']]})),
		),
		{
			status: 421,
			body: {error: 'request_authority_mismatch'},
		},
	);
});

test('a plugin may object to a request, and one that throws objects', async t => {
	for (const onRequest of [
		async () => ({reason: 'not today'}),
		async () => {
			throw new Error('secret');
		},
	]) {
		const world = makeWorld({
			policy: inspected(allow),
			plugins: [{name: 'strict', hooks: {onRequest}}],
		});
		t.like(answerOf(await world.gate.admitRequest(inside(await tunnelOf(world)))), {
			status: 403,
			body: {code: 'plugin_denied'},
		});
		t.deepEqual(world.lookups, []);
	}
});

test('the built-in credentials see the head last, and what they make goes up', async t => {
	const world = makeWorld({
		policy: inspected(allow),
		plugins: [
			{
				name: 'credentials',
				hooks: {
					onForward: async (_, head) => ({...head, headers: [...head.headers, ['X-Key', 'real']]}),
				},
			},
		],
	});
	t.like(await world.gate.admitRequest(inside(await tunnelOf(world))), {
		head: {
			headers: [
				['Host', 'api.example.com'],
				['X-Key', 'real'],
			],
		},
	});
});

test('a request in a tunnel that the gate never admitted is refused', async t => {
	const world = makeWorld({policy: inspected(allow)});
	const strange = passageOf(
		await makeWorld({policy: inspected(allow)}).gate.admitConnection(connect()),
	);
	t.like(answerOf(await world.gate.admitRequest(inside(strange))), {body: {code: 'policy_error'}});
});

test('whatever is thrown while deciding on a request is a denial', async t => {
	const world = makeWorld({
		policy: {
			answer(intent) {
				if (intent.kind === 'connection') {
					return inspect;
				}

				throw new RangeError('secret');
			},
		},
	});
	t.like(answerOf(await world.gate.admitRequest(inside(await tunnelOf(world)))), {
		status: 403,
		body: {code: 'policy_error', reason: 'policy evaluation error: RangeError'},
	});
});

test('a plain request goes through connection and request', async t => {
	const world = makeWorld({policy: inspected(allow)});
	t.like(await world.gate.admitRequest(plainly()), {kind: 'forward', head: {target: '/a'}});
	const l4 = makeWorld({policy: everything(peek)});
	t.like(await l4.gate.admitRequest(plainly()), {kind: 'forward'});
	t.deepEqual(l4.decisions, ['request allow']);
});

test('a denied plain request is worded as the forward proxy of the contract', async t => {
	const world = makeWorld({policy: everything(deny('no_endpoint'))});
	const refused = await world.gate.admitRequest(plainly('http://api.example.com/a?x=secret'));
	t.like(answerOf(refused), {body: {detail: 'GET api.example.com:80/a not permitted by policy'}});
	t.deepEqual(world.lookups, []);
	const l7 = makeWorld({policy: inspected(deny('not_permitted', 'l7'))});
	t.like(answerOf(await l7.gate.admitRequest(plainly())), {
		body: {detail: 'GET api.example.com:80/a denied by L7 policy: because not_permitted'},
	});
	const guarded = makeWorld({
		policy: {...inspected(allow), guard: () => deny('address_not_listed')},
	});
	t.like(answerOf(await guarded.gate.admitRequest(plainly())), {
		body: {detail: 'GET api.example.com:80 blocked: allowed_ips check failed'},
	});
	t.like(answerOf(await world.gate.admitRequest(plainly('https://api.example.com/a'))), {
		status: 400,
		body: {detail: 'Use CONNECT for HTTPS URLs'},
	});
});

test('a plain request of an unknown caller, or while the log cannot be written, is refused', async t => {
	const unknown = makeWorld({policy: everything(peek), caller: async () => err('gone')});
	t.like(answerOf(await unknown.gate.admitRequest(plainly())), {body: {code: 'identity_unknown'}});
	const mute = makeWorld({policy: everything(peek), canRecord: () => false});
	t.like(answerOf(await mute.gate.admitRequest(plainly())), {status: 503});
});

test('while the log cannot be written a new request in an open connection is refused', async t => {
	let isWritable = true;
	const world = makeWorld({policy: inspected(allow), canRecord: () => isWritable});
	const tunnel = await tunnelOf(world);
	isWritable = false;
	t.like(answerOf(await world.gate.admitRequest(inside(tunnel))), {status: 503});
	isWritable = true;
	t.like(await world.gate.admitRequest(inside(tunnel)), {kind: 'forward'});
});

const local = {name: 'policy-local', hooks: {serve: {host: 'policy.local', async handle() {}}}};

const toLocal = (target: string, host = 'policy.local') =>
	plainly(target, {headers: [['Host', host]]});

test('a virtual host is served on plain HTTP, port 80, without asking who calls', async t => {
	const world = makeWorld({plugins: [local], caller: async () => err('gone')});
	t.like(await world.gate.admitRequest(toLocal('http://policy.local/v1/denials')), {kind: 'serve'});
	t.like(await world.gate.admitRequest(toLocal('http://POLICY.local:80/')), {kind: 'serve'});
});

test('a virtual host is asked in origin form, canonical', async t => {
	const targets: string[] = [];
	const plugin = {
		name: 'policy-local',
		hooks: {
			serve: {
				host: 'policy.local',
				async handle({head}: {readonly head: {readonly target: string}}) {
					targets.push(head.target);
				},
			},
		},
	};
	const world = makeWorld({plugins: [plugin]});
	const admission = await world.gate.admitRequest(
		toLocal('http://policy.local/a//../v1/denials?last=5'),
	);
	t.is(admission.kind, 'serve');
	await (admission.kind === 'serve' && admission.host.handle(exchange('/')));
	t.deepEqual(targets, ['/v1/denials?last=5']);
});

for (const [title, target, host] of [
	['https', 'https://policy.local/v1/denials', 'policy.local'],
	['another port', 'http://policy.local:8080/', 'policy.local:8080'],
	['another scheme', 'ftp://policy.local/', 'policy.local'],
] as const) {
	test(`a virtual host by ${title} is told how to be reached`, async t => {
		const world = makeWorld({plugins: [local]});
		t.deepEqual(answerOf(await world.gate.admitRequest(toLocal(target, host))), {
			status: 400,
			body: {error: 'invalid_policy_local_scheme', detail: 'Use http://policy.local only'},
		});
	});
}

test('a virtual host with another Host header, or in a tunnel, is a host like any other (X7)', async t => {
	const world = makeWorld({plugins: [local], policy: everything(deny('no_endpoint'))});
	t.like(answerOf(await world.gate.admitRequest(toLocal('http://policy.local/', 'evil.test'))), {
		status: 421,
	});
	const connected = await world.gate.admitConnection(
		connect({host: 'policy.local' as never, port: 443}),
	);
	t.is(connected.kind, 'inspect');
	passageOf(connected).closed({in: 0, out: 0});
	t.is(world.denials()[0]?.code, 'no_endpoint');
});

test('inside a tunnel that policy allows, a virtual host is not served', async t => {
	const world = makeWorld({plugins: [local], policy: inspected(allow)});
	const place = {host: 'policy.local' as never, port: 80};
	const passage = passageOf(await world.gate.admitConnection(connect(place)));
	const asked = inside(passage, '/v1/denials', {headers: [['Host', 'policy.local']]});
	t.like(
		await world.gate.admitRequest({
			...asked,
			tunnel: {...place, passage, isTls: false, servername: ''},
		}),
		{kind: 'forward'},
	);
});

test('a request whose policy is swapped while its name resolves is refused (X19)', async t => {
	const world = makeWorld({
		policy: inspected(allow),
		async resolve() {
			world.swap(inspected(deny('not_permitted', 'l7')));
			return ok(['203.0.113.7']);
		},
	});
	t.like(answerOf(await world.gate.admitRequest(inside(await tunnelOf(world)))), {
		body: {code: 'policy_changed'},
	});
});

test('programs, rules and places never share an upstream connection (X19)', async t => {
	const keyOf = async (changes: {
		binary?: string;
		ancestors?: readonly string[];
		target?: string;
		rule?: string;
		address?: string;
	}) => {
		const world = makeWorld({
			policy: inspected({...allow, rule: (changes.rule ?? 'github') as never} as never),
			caller: async () =>
				ok({binary: changes.binary ?? '/bin/a', ancestors: changes.ancestors ?? []}),
			resolve: async () => ok([changes.address ?? '203.0.113.7']),
		});
		const admission = await world.gate.admitRequest(
			plainly(changes.target ?? 'http://api.example.com/a', {
				headers: [['Host', (changes.target ?? 'http://api.example.com/a').split('/')[2] ?? '']],
			}),
		);
		return passageOf(admission).route?.poolKey;
	};
	const same = await keyOf({});
	t.is(await keyOf({target: 'http://api.example.com/b'}), same);
	for (const changes of [
		{binary: '/bin/b'},
		{ancestors: ['/bin/sh']},
		{rule: 'other'},
		{address: '203.0.113.8'},
		{target: 'http://api.example.com:81/a'},
		{target: 'http://b.example.com/a'},
	]) {
		t.not(await keyOf(changes), same);
	}
});
