import {once} from 'node:events';
import {createServer, Server} from 'node:net';
import {connect as connectTls} from 'node:tls';
import test from 'ava';
import {Proxy as MitmProxy} from 'http-mitm-proxy';
import type {Exchange, VirtualHost} from '../../../policies/model/plugin.ts';
import {createAuthority} from '../../../proxy/authority.ts';
import {runEngine} from '../../helpers/engine.ts';
import {answerOf, scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {Line, open, secure, serveHttp, serveHttps, serveRaw, tunnel} from '../../helpers/wire.ts';

const get = (target = '/', host = 'a.test') => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

/** Everything of the package that would be a way past the gate; its lists of hooks are data. */
const pipeline = Object.getOwnPropertyNames(MitmProxy.prototype).filter(
	name => !['constructor', 'onConnect', 'onRequest'].includes(name),
);

test.serial("http-mitm-proxy's own pipeline is never entered, whatever clients do", async t => {
	const prototype = MitmProxy.prototype as unknown as Record<string, unknown>;
	const entered: string[] = [];
	const kept = pipeline.map(name => [name, prototype[name]] as const);
	const statics = MitmProxy as unknown as Record<string, unknown>;
	const keptStatics = ['parseHost', 'parseHostAndPort', 'filterAndCanonizeHeaders'].map(
		name => [name, statics[name]] as const,
	);
	const spy = (name: string) => () => {
		entered.push(name);
		throw new Error(`${name} was entered`);
	};

	for (const [name] of kept) {
		prototype[name] = spy(name);
	}

	for (const [name] of keptStatics) {
		statics[name] = spy(name);
	}

	t.teardown(() => {
		for (const [name, method] of kept) {
			prototype[name] = method;
		}

		for (const [name, method] of keptStatics) {
			statics[name] = method;
		}
	});
	const dialPort = await serveHttp(t, (request, response) => {
		request.resume().once('end', () => response.end('ok'));
	});
	const gate = scriptGate({
		dialPort,
		request: ({exchange}, passage) => {
			if (exchange.head.target.endsWith('/denied')) {
				return {kind: 'refuse', answer: answerOf(403, {code: 'no'}, false)};
			}

			return exchange.head.target.endsWith('/served')
				? {kind: 'serve', host: {host: 'policy.local', handle: e => e.respond(answerOf(200, {}))}}
				: {kind: 'forward', passage, head: {...exchange.head, target: '/x'}};
		},
	});
	const {port, inside, plainly} = await runEngine(t, gate);
	const plain = await plainly('a.test:80');

	for (const text of [
		get(),
		get('/denied'),
		`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\na`,
	]) {
		plain.send(text);
		await plain.response();
	}

	const secured = await inside('constructor:443');
	secured.send(get('/denied', 'constructor'));
	t.is((await secured.response()).body, '{"code":"no"}');
	secured.send('GET /c HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
	t.regex(await secured.rest(), /^HTTP\/1\.1 403/);

	for (const text of [
		'GET http://a.test/served HTTP/1.1\r\nHost: a.test\r\n\r\n',
		'GET / HTTP/1.0\r\n\r\n',
		'CONNECT ca.private:443 HTTP/1.1\r\nHost: x\r\n\r\n\u0016\u0003\u0001garbage',
		'CONNECT __proto__:443 HTTP/1.1\r\nHost: x\r\n\r\nSSH-2.0-x\r\n',
		'CONNECT ../../x:443 HTTP/1.1\r\nHost: x\r\n\r\n',
		'\u0000\u0001',
	]) {
		const line = await open(t, port);
		line.send(text);
		line.socket.end();
		await line.rest();
	}

	t.deepEqual(entered, []);
	t.true(gate.asked.requests.length >= 5);
});

test.serial(
	'the listener of the explicit proxy is the only one, however many hosts are inspected',
	async t => {
		const {listen} = Server.prototype;
		let listeners = 0;
		Server.prototype.listen = function (this: Server, ...rest: Parameters<typeof listen>) {
			listeners += 1;
			return listen.apply(this, rest);
		} as never;
		t.teardown(() => {
			Server.prototype.listen = listen;
		});
		const gate = scriptGate({request: () => ({kind: 'refuse', answer: answerOf(403, {}, false)})});
		const {inside} = await runEngine(t, gate);
		for (const host of ['a.test', 'b.test']) {
			const line = await inside(`${host}:443`);
			line.send(get('/', host));
			t.regex((await line.response()).head, /^HTTP\/1\.1 403 /);
		}

		t.is(listeners, 1);
	},
);

test('a thousand requests in a row go over one connection, up and down', async t => {
	const upstreams = new Set<number | undefined>();
	const dialPort = await serveHttps(t, (request, response) => {
		upstreams.add(request.socket.remotePort);
		response.end(request.url);
	});
	const gate = scriptGate({dialPort});
	const {inside, engine} = await runEngine(t, gate);
	const line = await inside('a.test:443');

	for (let index = 0; index < 1000; index += 1) {
		line.send(get(`/${index}`));
		const {body} = await line.response();

		if (body !== `/${index}`) {
			t.fail(body);
		}
	}

	t.is(upstreams.size, 1);
	t.is(engine.openConnections(), 1);
	await until(() => gate.passages.every(passage => passage.calls.closed.length === 1));
	t.pass();
});

test('two clients at once never see the answers of the other, and pipelined answers keep order', async t => {
	const dialPort = await serveHttp(t, (request, response) => {
		setImmediate(() => response.end(request.url));
	});
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const [one, two] = [await plainly('a.test:80'), await plainly('b.test:80')];

	for (let round = 0; round < 20; round += 1) {
		one.send(get(`/one/${round}/a`) + get(`/one/${round}/b`));
		two.send(get(`/two/${round}`, 'b.test'));
		t.is((await two.response()).body, `/two/${round}`);
		t.is((await one.response()).body, `/one/${round}/a`);
		t.is((await one.response()).body, `/one/${round}/b`);
	}
});

test('bytes that are neither TLS nor HTTP are refused and reset where requests are inspected', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port} = await runEngine(t, gate);

	for (const text of [
		'SSH-2.0-OpenSSH_9.2p1 Debian\r\n',
		'PRI * HTTP/2.0\r\n\r\n',
		'\u0016\u0003\u0001\u0000\u0000',
	]) {
		const {line} = await tunnel(t, port, 'a.test:22');
		line.send(text);
		t.is(await line.rest(), '');
	}

	t.deepEqual(
		gate.refused.map(({code, host, port: asked}) => [code, host, asked]),
		Array(3).fill(['uninspected_bytes', 'a.test', 22]),
	);
	await until(() => gate.tunnels.every(passage => passage.calls.closed.length === 1));
	t.is(gate.tunnels[0]?.calls.closed[0]?.cause, 'refused');
});

test('a client that says nothing after CONNECT is closed after its time', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port} = await runEngine(t, gate, {firstBytesMs: 50});
	const {line} = await tunnel(t, port, 'a.test:443');
	t.is(await line.rest(), '');
	await gate.tunnels[0]?.over;
	t.is(gate.tunnels[0]?.calls.closed[0]?.cause, 'first_bytes_timeout');
});

test('a head that comes too slowly is a 408, on the listener and in tunnels', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port, engine} = await runEngine(t, gate, {headMs: 50, headCheckMs: 10});
	// Captured, because the head of a CONNECT would have to come in time.
	const captured = await serveRaw(t, socket =>
		engine.adopt(socket, {host: 'a.test' as never, port: 80}),
	);

	for (const each of [port, captured]) {
		const line = await open(t, each);
		line.send('GET / HTTP/1.1\r\nHost: a');
		t.regex(await line.rest(), /^HTTP\/1\.1 408 /);
	}
});

test('a handshake that stalls is closed after its time', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port} = await runEngine(t, gate, {handshakeMs: 60});
	const {line} = await tunnel(t, port, 'a.test:443');
	const {socket} = line;
	socket.removeAllListeners('data').pause();
	// A client that sends its hello and then never answers ours.
	const [near, far] = await pairOf(t);
	connectTls({socket: far, servername: 'a.test'}).on('error', () => undefined);
	near.once('data', hello => socket.write(hello));
	socket.resume();
	await until(() => socket.destroyed || socket.readableEnded);
	await until(() => gate.tunnels[0]?.calls.clientTlsFailed.length === 1);
	t.is(gate.tunnels[0]?.calls.clientTlsFailed[0], 'the handshake took too long');
});

test('a client that does not trust us is reported as such', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port} = await runEngine(t, gate);
	const {line} = await tunnel(t, port, 'a.test:443');
	const other = createAuthority({name: 'x', now: Date.now, capacity: 1});
	await t.throwsAsync(secure(t, line, {ca: other.caPem, servername: 'a.test'}));
	await until(() => gate.tunnels[0]?.calls.clientTlsFailed.length === 1);
	await gate.tunnels[0]?.over;
	t.is(gate.tunnels[0]?.calls.closed.length, 1);
});

test('a client that only speaks HTTP/2 is not given a session', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port, authority} = await runEngine(t, gate);
	const {line} = await tunnel(t, port, 'a.test:443');
	const options = {ca: authority.caPem, servername: 'a.test', ALPNProtocols: ['h2']};
	await t.throwsAsync(secure(t, line, options));
	const both = await tunnel(t, port, 'a.test:443');
	const secured = await secure(t, both.line, {...options, ALPNProtocols: ['h2', 'http/1.1']});
	t.is(secured.alpnProtocol, 'http/1.1');
});

test('a client of HTTP/1.0 is given a session, and 1.1 where it offers both', async t => {
	const {port, authority} = await runEngine(t, scriptGate({dialPort: 1}));
	for (const [offered, chosen] of [
		[['http/1.0'], 'http/1.0'],
		[['http/1.0', 'http/1.1'], 'http/1.1'],
	] as const) {
		const {line} = await tunnel(t, port, 'a.test:443');
		const options = {ca: authority.caPem, servername: 'a.test', ALPNProtocols: [...offered]};
		t.is((await secure(t, line, options)).alpnProtocol, chosen);
	}
});

test('the gate hears the name of each hello, also when a TLS 1.2 session is resumed for another', async t => {
	const gate = scriptGate({
		request: () => ({kind: 'refuse', answer: answerOf(421, {}, false)}),
	});
	const {port, authority} = await runEngine(t, gate);
	const names: string[] = [];
	let session: Buffer | undefined;

	for (const servername of ['a.test', 'evil.test', 'a.test']) {
		const {line} = await tunnel(t, port, 'a.test:443');
		const secured = await secure(t, line, {
			ca: authority.caPem,
			servername,
			maxVersion: 'TLSv1.2',
			...(session ? {session} : {}),
			checkServerIdentity: () => undefined,
		});
		new Line(secured).send(get());
		await until(() => gate.asked.requests.length > names.length);
		names.push(gate.asked.requests.at(-1)?.tunnel?.servername ?? '');

		if (servername === 'evil.test') {
			t.false(secured.isSessionReused());
		}

		session ??= secured.getSession();
	}

	t.deepEqual(names, ['a.test', 'evil.test', 'a.test']);
});

test('a client without SNI gets a certificate for the place of its CONNECT', async t => {
	const gate = scriptGate({dialPort: 1});
	const {port, authority} = await runEngine(t, gate);

	for (const place of ['10.1.2.3:443', '[2001:db8::1]:443']) {
		const {line} = await tunnel(t, port, place);
		const host = place.replace(/^\[|\]?:443$/g, '');
		const secured = await secure(t, line, {ca: authority.caPem, host} as never);
		t.true(secured.authorized);
	}
});

test('a refused upload can be read by the client that is still sending it', async t => {
	const gate = scriptGate({
		request: () => ({kind: 'refuse', answer: answerOf(403, {code: 'no'})}),
	});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	const size = 600_000;
	line.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${size}\r\n\r\n`);
	t.is((await line.response()).body, '{"code":"no"}');
	let failed = false;
	line.socket.on('error', () => {
		failed = true;
	});
	line.send(Buffer.alloc(size));
	await line.rest();
	t.false(failed);
});

test('a refused upload without end is cut', async t => {
	const gate = scriptGate({
		request: () => ({kind: 'refuse', answer: answerOf(403, {code: 'no'})}),
	});
	const {plainly} = await runEngine(t, gate, {lingerBytes: 100_000});
	const line = await plainly('a.test:80');
	line.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n');
	await line.response();
	const chunk = Buffer.from(`4000\r\n${'a'.repeat(0x40_00)}\r\n`);
	const push = () => {
		while (!line.socket.destroyed && line.socket.write(chunk));
	};
	line.socket.on('drain', push);
	push();
	await until(() => line.socket.destroyed);
	t.pass();
});

const virtual: Record<string, (served: Exchange) => Promise<void>> = {
	read: async served => {
		let size = 0;

		for await (const chunk of served.body) {
			size += chunk.length;

			if (size > 5) {
				break;
			}
		}

		await served.respond(answerOf(200, {size}, false));
	},
	throw: () => Promise.reject(new Error('secret')),
	forget: () => Promise.resolve(),
};

test('a virtual host reads the body and answers; one that throws or forgets is a refusal', async t => {
	const gate = scriptGate({
		request: ({exchange}) => ({
			kind: 'serve',
			host: {
				host: 'policy.local',
				handle: served => virtual[exchange.head.target.split('/').at(-1) ?? '']?.(served),
			} as VirtualHost,
		}),
	});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	const post = (path: string, body: string, more = '') =>
		`POST http://policy.local/${path} HTTP/1.1\r\nHost: policy.local\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
	line.send(post('read', 'abc'));
	t.is((await line.response()).body, '{"size":3}');
	line.send(post('read', '', 'Expect: 100-continue\r\n'));
	t.is(await line.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n');
	t.is((await line.response()).body, '{"size":0}');
	line.send(post('read', 'longer than it reads'));
	t.is((await line.response()).body, '{"size":20}');

	for (const path of ['throw', 'forget']) {
		const other = await open(t, port);
		other.send(post(path, ''));
		t.regex(await other.rest(), /policy_error/);
	}

	t.notRegex(JSON.stringify(gate.refused), /secret/);
});

test("an exchange's signal fires when its client leaves, and only then", async t => {
	const fired: boolean[] = [];
	let answer: () => void = () => undefined;
	let signal: AbortSignal | undefined;
	const gate = scriptGate({
		request: () => ({
			kind: 'serve',
			host: {
				host: 'policy.local',
				async handle(served) {
					signal = served.signal;
					signal.addEventListener('abort', () => fired.push(true));
					await new Promise<void>(resolve => {
						answer = resolve;
					});
					await served.respond(answerOf(200, {}, false));
				},
			},
		}),
	});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('policy.local:80');
	line.send(get());
	await until(() => signal !== undefined);
	answer();
	await line.response();
	t.deepEqual(fired, []);
	signal = undefined;
	line.send(get());
	await until(() => signal !== undefined);
	line.socket.destroy();
	await until(() => fired.length === 1);
	answer();
	t.true((signal as AbortSignal | undefined)?.aborted);
});

test('a revoked connection is closed with its cause', async t => {
	const gate = scriptGate({dialPort: 1});
	const {inside} = await runEngine(t, gate);
	const line = await inside('a.test:443');
	gate.tunnels[0]?.revoke('policy_changed');
	await line.rest();
	await gate.tunnels[0]?.over;
	t.is(gate.tunnels[0]?.calls.closed[0]?.cause, 'policy_changed');
});

test('above the bound a client is told so; what is open goes on', async t => {
	const dialPort = await serveHttp(t, (_request, response) => response.end('ok'));
	const gate = scriptGate({dialPort});
	const {port, engine} = await runEngine(t, gate, {connections: 2});
	const line = await open(t, port);
	await open(t, port);
	await until(() => engine.openConnections() === 2);
	const third = await open(t, port);
	third.send('GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n');
	t.regex(await third.rest(), /^HTTP\/1\.1 503 /);
	t.deepEqual(
		gate.refused.map(({code}) => code),
		['too_many_connections'],
	);
	t.deepEqual(gate.asked.requests, []);
	line.send('GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n');
	t.is((await line.response()).body, 'ok');
	third.socket.destroy();
	await until(() => engine.openConnections() === 2);
});

test('above twice the bound a client is closed unread', async t => {
	const gate = scriptGate();
	const {port, engine} = await runEngine(t, gate, {connections: 1});
	const lines = [await open(t, port), await open(t, port)];
	await until(() => engine.openConnections() === 2);
	const line = await open(t, port);
	t.is(await line.rest(), '');
	t.is(engine.openConnections(), 2);
	t.deepEqual(
		gate.refused.map(({code}) => code),
		['too_many_connections'],
	);
	t.is(lines.length, 2);
});

test('a captured connection goes the same way, without a CONNECT', async t => {
	const dialPort = await serveHttp(t, (request, response) => response.end(request.headers.host));
	const gate = scriptGate({dialPort});
	const {engine} = await runEngine(t, gate);
	const server = createServer({allowHalfOpen: true}, socket => {
		engine.adopt(
			socket,
			{host: 'a.test' as never, port: 80},
			{id: 'mine', remote: {address: 'x', port: 1}, local: {address: 'y', port: 2}},
		);
	});
	t.teardown(() => server.close());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const line = await open(t, (server.address() as {port: number}).port);
	line.send(get());
	t.is((await line.response()).body, 'a.test');
	t.is(gate.asked.connections[0]?.connection.id, 'mine');
});

/** Two ends of one TCP connection. */
const pairOf = async (t: import('ava').ExecutionContext) => {
	const {connect} = await import('node:net');
	const server = createServer();
	t.teardown(() => server.close());
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const far = connect((server.address() as {port: number}).port, '127.0.0.1');
	const [near] = (await once(server, 'connection')) as [import('node:net').Socket];
	for (const end of [near, far]) {
		end.on('error', () => undefined);
		t.teardown(() => end.destroy());
	}
	return [near, far] as const;
};
