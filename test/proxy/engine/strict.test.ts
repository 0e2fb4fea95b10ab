import test, {type ExecutionContext} from 'ava';
import {runEngine} from '../../helpers/engine.ts';
import {answerOf, scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {open, serveHttp, serveRaw} from '../../helpers/wire.ts';

/** What two servers could read in two ways never reaches the gate, in a tunnel. */
const probes = {
	'two Host headers': ['GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n', 'duplicate_host'],
	'no Host header': ['GET / HTTP/1.1\r\n\r\n', 'malformed_authority'],
	'absolute form in a tunnel': [
		'GET http://evil.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
		'malformed_target',
	],
	'asterisk form': ['OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n', 'malformed_target'],
	'CONNECT in a tunnel': [
		'CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test\r\n\r\n',
		'nested_connect',
	],
	'two transfer codings in one header': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'identity, chunked': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'two transfer codings in two headers': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'chunked, identity': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'an unknown transfer coding': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'transfer coding in HTTP/1.0': [
		'POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'length and transfer coding': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
		'body_framing',
	],
	'two lengths': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
		'body_framing',
	],
	'a signed length': [
		'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: +3\r\n\r\nabc',
		'body_framing',
	],
	'HTTP/2.0': ['GET / HTTP/2.0\r\nHost: a.test\r\n\r\n', 'malformed_request'],
	'bare line feeds': ['GET / HTTP/1.1\nHost: a.test\n\n', 'malformed_request'],
	'a space before the colon': ['GET / HTTP/1.1\r\nHost : a.test\r\n\r\n', 'malformed_request'],
	'a folded header': ['GET / HTTP/1.1\r\nHost: a.test\r\nX: a\r\n b\r\n\r\n', 'malformed_request'],
	'NUL in a value': ['GET / HTTP/1.1\r\nHost: a.test\r\nX: a\0b\r\n\r\n', 'malformed_request'],
	'a bare carriage return in a value': [
		'GET / HTTP/1.1\r\nHost: a.test\r\nX: a\rb\r\n\r\n',
		'malformed_request',
	],
	'another expectation': [
		'GET / HTTP/1.1\r\nHost: a.test\r\nExpect: 200-ok\r\n\r\n',
		'expectation_failed',
	],
	'a head above 16 KiB': [
		`GET / HTTP/1.1\r\nHost: a.test\r\nX: ${'a'.repeat(16_400)}\r\n\r\n`,
		'head_too_large',
	],
} as const;

for (const [name, [bytes, code]] of Object.entries(probes)) {
	test(`${name} is refused as ${code}`, async t => {
		const upstream: string[] = [];
		const dialPort = await serveRaw(t, socket =>
			socket.on('data', chunk => upstream.push(String(chunk))),
		);
		const gate = scriptGate({
			dialPort,
			// The engine may only be stricter: here the gate would let everything pass.
		});
		const {inside} = await runEngine(t, gate);
		const line = await inside('a.test:443');
		line.send(bytes);
		const reply = await line.rest();
		t.is(JSON.parse(reply.split('\r\n\r\n')[1] ?? '').code, code, reply);
		t.deepEqual(
			gate.refused.map(one => one.code),
			[code],
		);
		t.deepEqual(upstream, []);
	});
}

test('after every one of them a client that was there before is served', async t => {
	const dialPort = await serveHttp(t, (_request, response) => response.end('ok'));
	const {port, plainly} = await runEngine(t, scriptGate({dialPort}));
	const bystander = await open(t, port);

	for (const [bytes] of Object.values(probes)) {
		const line = await plainly('a.test:80');
		line.send(bytes);
		await line.rest();
		bystander.send('GET http://b.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n');
		t.is((await bystander.response()).body, 'ok', bytes);
	}
});

const onPlain = {
	'a path': ['GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400, 'malformed_target'],
	'an asterisk': ['OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400, 'malformed_target'],
	'a head above 8 KiB': [
		`GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nX: ${'a'.repeat(8200)}\r\n\r\n`,
		431,
		'head_too_large',
	],
	'CONNECT without a port': [
		'CONNECT a.test HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT to port 0': [
		'CONNECT a.test:0 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT to port 65536': [
		'CONNECT a.test:65536 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT with userinfo': [
		'CONNECT u@a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT to a path': [
		'CONNECT ../../pwn:443 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT to bare IPv6': [
		'CONNECT ::1:443 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	'CONNECT to an escape': [
		'CONNECT a%00b:443 HTTP/1.1\r\nHost: a.test\r\n\r\n',
		400,
		'malformed_authority',
	],
	garbage: ['\u0001\u0002\u0003 hello\r\n\r\n', 400, 'malformed_request'],
} as const;

for (const [name, [bytes, status, code]] of Object.entries(onPlain)) {
	test(`the explicit listener refuses ${name}`, async t => {
		const gate = scriptGate({dialPort: 1});
		const {port} = await runEngine(t, gate);
		const line = await open(t, port);
		line.send(bytes);
		const reply = await line.rest();
		t.true(reply.startsWith(`HTTP/1.1 ${status} `), reply);
		t.is(gate.refused[0]?.code, code);
		t.deepEqual(gate.asked.connections, []);
		t.deepEqual(gate.asked.requests, []);
	});
}

for (const [asked, host] of [
	['constructor:443', 'constructor'],
	['__proto__:443', '__proto__'],
	['ca.private:443', 'ca.private'],
	['[::1]:443', '::1'],
	['API.Test.:8443', 'api.test'],
	['127.1:443', '127.0.0.1'],
] as const) {
	test(`CONNECT ${asked} is asked of the gate as ${host}, or not at all`, async t => {
		const gate = scriptGate({dialPort: 1});
		const {port, authority} = await runEngine(t, gate);
		const line = await open(t, port);
		line.send(`CONNECT ${asked} HTTP/1.1\r\nHost: x\r\n\r\n`);
		const reply = await line.until('\r\n\r\n');

		if (reply.startsWith('HTTP/1.1 200')) {
			t.is(gate.asked.connections[0]?.host as string, host);
			t.truthy(authority.contextFor(host));
		} else {
			t.is(gate.refused[0]?.code, 'malformed_authority');
		}
	});
}

test('an address in brackets is reached without a name in the hello', async t => {
	const dialPort = await serveHttp(t, (_request, response) => response.end('six'));
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {
				route: {
					host: '::1',
					port: 80,
					addresses: ['127.0.0.1'],
					dialPort,
					servername: '',
					poolKey: 'six',
				},
			}),
			head: exchange.head,
		}),
	});
	const {plainly} = await runEngine(t, gate);
	const line = (await plainly('[::1]:80')).send('GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n');
	t.is((await line.response()).body, 'six');
	t.is(gate.asked.requests[0]?.tunnel?.isTls, false);
});

const withToken = (t: ExecutionContext, dialPort = 1) => {
	const gate = scriptGate({
		dialPort,
		authenticate: ({headers}) =>
			headers.some(
				([name, value]) => name.toLowerCase() === 'proxy-authorization' && value === 'Basic right',
			),
	});
	return runEngine(t, gate).then(running => ({gate, ...running}));
};

for (const start of ['CONNECT a.test:443', 'GET http://a.test/', 'GET /']) {
	test(`${start} without the token is a 407 that says how`, async t => {
		const {gate, port} = await withToken(t);
		const line = await open(t, port);
		line.send(`${start} HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic wrong\r\n\r\n`);
		const reply = await line.rest();
		t.regex(reply, /^HTTP\/1\.1 407 /);
		t.is(reply.match(/^Proxy-Authenticate: Basic realm="openshell"\r$/gm)?.length, 1);
		t.is(gate.refused[0]?.code, 'proxy_auth_required');
		t.deepEqual([gate.asked.connections.length, gate.asked.requests.length], [0, 0]);
	});
}

test('a tunnel asked for without the token is recorded with the place it was for', async t => {
	const {gate, port} = await withToken(t);
	await (await open(t, port)).send('CONNECT a.test:8443 HTTP/1.1\r\nHost: a.test\r\n\r\n').rest();
	t.like(gate.refused[0], {host: 'a.test', port: 8443, method: 'CONNECT'});
});

test('a token that cannot be checked is a wrong one', async t => {
	const gate = scriptGate({
		dialPort: 1,
		authenticate() {
			throw new Error('secret detail');
		},
	});
	const {port} = await runEngine(t, gate);
	for (const start of ['CONNECT a.test:443', 'GET http://a.test/']) {
		const line = await open(t, port);
		line.send(`${start} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
		t.regex(await line.rest(), /^HTTP\/1\.1 407 /);
	}

	t.deepEqual([gate.asked.connections.length, gate.asked.requests.length], [0, 0]);
});

test('first bytes that nobody could judge reach no server', async t => {
	const gate = scriptGate({
		dialPort: 1,
		connection: (_asked, passage) => {
			passage.first = () => {
				throw new Error('secret detail');
			};
			return {kind: 'inspect', passage};
		},
	});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
	t.is(await line.rest(), '');
	t.deepEqual(gate.asked.requests, []);
});

test('the token admits, and is never sent on', async t => {
	const dialPort = await serveHttp(t, (request, response) =>
		response.end(request.rawHeaders.join('|')),
	);
	const {port} = await withToken(t, dialPort);
	const line = await open(t, port);
	line.send(
		'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic right\r\n\r\n',
	);
	t.notRegex((await line.response()).body, /proxy|right/i);
});

test('100 Continue is said after policy, once, and a refused client never hears it', async t => {
	const dialPort = await serveHttp(t, (request, response) => {
		let body = '';
		request.on('data', chunk => {
			body += chunk;
		});
		request.on('end', () => response.end(`${body} ${request.headers.expect}`));
	});
	let decide: () => void = () => undefined;
	const gate = scriptGate({
		dialPort,
		request: async ({exchange}, passage) => {
			await new Promise<void>(resolve => {
				decide = resolve;
			});
			return exchange.head.target === '/no'
				? {kind: 'refuse', answer: answerOf(403, {code: 'no'})}
				: {kind: 'forward', passage, head: exchange.head};
		},
	});
	const {plainly} = await runEngine(t, gate);
	const ask = (target: string) =>
		`POST ${target} HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n`;
	const allowed = await plainly('a.test:80');
	allowed.send(ask('/yes'));
	await until(() => gate.asked.requests.length === 1);
	t.is(allowed.seen, '');
	decide();
	t.is(await allowed.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n');
	allowed.send('abc');
	t.is((await allowed.response()).body, 'abc undefined');

	const denied = await plainly('a.test:80');
	denied.send(ask('/no'));
	await until(() => gate.asked.requests.length === 2);
	decide();
	t.regex(await denied.rest(), /^HTTP\/1\.1 403 /);
});

for (const upgrade of ['websocket', 'h2c', 'TLS/1.0']) {
	test(`an upgrade to ${upgrade} is asked, and refused even when the gate would forward it`, async t => {
		const upstream: string[] = [];
		const dialPort = await serveRaw(t, socket =>
			socket.on('data', chunk => upstream.push(String(chunk))),
		);
		const gate = scriptGate({dialPort});
		const {inside} = await runEngine(t, gate);
		const line = await inside('a.test:443');
		line.send(
			`GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\nfirst frame`,
		);
		const reply = await line.rest();
		t.regex(reply, /^HTTP\/1\.1 403 /);
		t.is(gate.asked.requests.length, 1);
		t.is(gate.refused[0]?.code, 'upgrade_not_allowed');
		t.deepEqual(gate.passages[0]?.calls.closed, [{in: 0, out: 0, cause: 'not_forwarded'}]);
		t.deepEqual(upstream, []);
	});
}

for (const [upgrade, more] of [
	['websocket', ''],
	['h2c', ', HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__'],
] as const) {
	test(`on the plain listener an upgrade to ${upgrade} is refused, and the connection carries nothing more`, async t => {
		const upstream: string[] = [];
		const dialPort = await serveRaw(t, socket =>
			socket.on('data', chunk => upstream.push(String(chunk))),
		);
		const gate = scriptGate({dialPort});
		const {port} = await runEngine(t, gate);
		const line = await open(t, port);
		line.send(
			`GET http://a.test/chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: ${upgrade}\r\nConnection: Upgrade${more}\r\n\r\nPRI * HTTP/2.0\r\n\r\nGET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n`,
		);
		const reply = await line.rest();
		t.regex(reply, /^HTTP\/1\.1 403 /);
		t.is(reply.match(/^HTTP\//gm)?.length, 1);
		t.is(gate.refused[0]?.code, 'upgrade_not_allowed');
		t.is(gate.asked.requests.length, 1);
		t.deepEqual(upstream, []);
	});
}

test('an Upgrade that Connection does not name is not sent on', async t => {
	const dialPort = await serveHttp(t, (request, response) =>
		response.end(request.rawHeaders.join('|')),
	);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send('GET / HTTP/1.1\r\nHost: a.test\r\nUpgrade: h2c\r\n\r\n');
	t.notRegex((await line.response()).body, /upgrade|h2c/i);
});

test('a gate that throws refuses: requests, connections, and even its own refusals', async t => {
	const gate = scriptGate({
		connection: ({host}, passage) => {
			if (host === 'bad.test') {
				throw new Error('secret detail');
			}

			return {kind: 'inspect', passage};
		},
		request: () => {
			throw new Error('secret detail');
		},
	});
	const {port, inside} = await runEngine(t, gate);
	const connecting = await open(t, port);
	connecting.send('CONNECT bad.test:443 HTTP/1.1\r\nHost: bad.test\r\n\r\n');
	t.regex(await connecting.rest(), /^HTTP\/1\.1 403 [\s\S]*policy_error/);
	const asking = await inside('a.test:443');
	asking.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
	t.regex((await asking.response()).body, /policy_error/);
	t.deepEqual(
		gate.refused.map(one => one.code),
		['policy_error', 'policy_error'],
	);

	gate.refuse = () => {
		throw new Error('secret detail');
	};
	const last = await inside('a.test:443');
	last.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
	const {head, body} = await last.response();
	t.regex(head, /^HTTP\/1\.1 403 [\s\S]*nosniff/);
	t.notRegex(body, /secret/);
});

test('a refused CONNECT is answered with the answer and closed', async t => {
	const gate = scriptGate({
		connection: () => ({kind: 'refuse', answer: answerOf(403, {code: 'no_endpoint'})}),
	});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	line.send('CONNECT no.test:443 HTTP/1.1\r\nHost: no.test\r\n\r\n');
	const reply = await line.rest();
	t.is(reply.split('\r\n\r\n')[1], '{"code":"no_endpoint"}');
	t.regex(reply, /\r\nContent-Length: 22\r\n/);
	t.regex(reply, /\r\nConnection: close\r\n/);
});

test('headers beyond the two thousandth still frame the body', async t => {
	let got = '';
	const dialPort = await serveRaw(t, socket =>
		socket.on('data', chunk => {
			got += chunk.toString('latin1');

			if (got.endsWith('0\r\n\r\n')) {
				socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
			}
		}),
	);
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	const body = 'GET /smuggled HTTP/1.1\r\n';
	line.send(
		`GET / HTTP/1.1\r\nHost: a.test\r\n${'a:b\r\n'.repeat(2100)}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
	);
	await line.response();
	t.regex(got, /^Transfer-Encoding: chunked\r$/m);
});
