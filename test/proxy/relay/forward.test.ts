import {Socket} from 'node:net';
import {TLSSocket} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import {createAuthority} from '../../../proxy/authority.ts';
import {dialLoopback, runEngine} from '../../helpers/engine.ts';
import {routeTo, scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {
	Line,
	open,
	secure,
	serveHttp,
	serveHttps,
	serveRaw,
	tunnel,
	upstreamAuthority,
} from '../../helpers/wire.ts';

const get = (target = '/', more = '') => `GET ${target} HTTP/1.1\r\nHost: a.test\r\n${more}\r\n`;

/** An upstream that answers every read with the same bytes and keeps what it read. */
const echo = async (t: ExecutionContext, reply: string) => {
	const read: string[] = [];
	const dialPort = await serveRaw(t, socket =>
		socket.on('data', chunk => {
			read.push(chunk.toString('latin1'));
			socket.write(reply, 'latin1');
		}),
	);
	return {read, dialPort};
};

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

test('headers keep case, order and duplicates; what is between two hops does not cross', async t => {
	const {read, dialPort} = await echo(t, ok);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(
		get(
			'/',
			'X-CaSe: 1\r\nx-dup: 1\r\nX-After: 2\r\nX-Dup: 3\r\nConnection: keep-alive, X-Nominated\r\nX-Nominated: s\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\nTrailer: X-T\r\nProxy-Authorization: Basic abc\r\nProxy-Connection: keep-alive\r\nProxy-Secret: x\r\n__proto__: x\r\n__proto__: y\r\n',
		),
	);
	await line.response();
	t.is(
		read.join(''),
		'GET / HTTP/1.1\r\nHost: a.test\r\nX-CaSe: 1\r\nx-dup: 1\r\nx-dup: 3\r\nX-After: 2\r\nConnection: keep-alive\r\n\r\n',
	);
});

test('a Connection header that names Content-Length or Host cannot remove them', async t => {
	const {read, dialPort} = await echo(t, ok);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(`${get('/', 'Content-Length: 3\r\nConnection: content-length, host\r\n')}abc`);
	await line.response();
	t.regex(read.join(''), /^Host: a\.test\r$/m);
	t.regex(read.join(''), /^Content-Length: 3\r\n[\s\S]*\r\n\r\nabc$/m);
});

test('a Connection header of an answer cannot remove its Content-Length', async t => {
	const {dialPort} = await echo(
		t,
		'HTTP/1.1 200 OK\r\nConnection: content-length, keep-alive\r\nContent-Length: 2\r\n\r\nok',
	);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(get());
	t.regex((await line.response()).head, /^Content-Length: 2\r$/m);
});

test('the response keeps its reason, case and duplicates, and loses what speaks in our name', async t => {
	const {dialPort} = await echo(
		t,
		'HTTP/1.1 200 Very Fine\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: v\r\nAlt-Svc: h3=":443"\r\nX-OpenShell-Policy: forged\r\nx_openshell_policy: forged\r\nProxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n0\r\nX-T: tv\r\nX-OpenShell-T: forged\r\nSet-Cookie: c=3\r\n\r\n',
	);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(get());
	const head = await line.until('\r\n\r\n');
	t.is(
		head.replace(/Keep-Alive: .*\r\n/, ''),
		'HTTP/1.1 200 Very Fine\r\nX-A: 1\r\nx-a: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n',
	);
	t.is(await line.until('tv\r\n\r\n'), '3\r\nabc\r\n0\r\nX-T: tv\r\n\r\n');
});

test('a client of HTTP/1.0 gets a plain body and the end', async t => {
	const {dialPort} = await echo(
		t,
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
	);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send('GET / HTTP/1.0\r\n\r\n');
	const [head = '', body] = (await line.rest()).split('\r\n\r\n');
	t.notRegex(head, /transfer-encoding/i);
	t.is(body, 'abc');
});

test('the target goes up byte for byte', async t => {
	const {read, dialPort} = await echo(t, ok);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	for (const target of ['/a//b///c', '/a\\..\\secret', '/x?y=//z?&u=http://e/', '/%2e%2e/%41']) {
		line.send(get(target));
		await line.response();
		t.is(read.pop()?.split(' ')[1], target);
	}
});

for (const method of ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'POST']) {
	test(`a chunked body of ${method} stays one framed body`, async t => {
		const inner = 'POST /forbidden HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n';
		const seen: string[] = [];
		const dialPort = await serveHttp(t, (request, response) => {
			let body = '';
			request.on('data', chunk => {
				body += chunk;
			});
			request.on('end', () => {
				seen.push(`${request.method} ${request.url} ${body === inner}`);
				response.end('ok');
			});
		});
		const {plainly} = await runEngine(t, scriptGate({dialPort}));
		const line = await plainly('a.test:80');
		line.send(
			`${method} /ok HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`,
		);
		await line.rest();
		t.deepEqual(seen, [`${method} /ok true`]);
	});
}

test('a body that the upstream cuts is cut for the client, in both versions of HTTP', async t => {
	const dialPort = await serveRaw(t, socket => {
		socket.once('data', () => {
			socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n', () =>
				socket.destroy(),
			);
		});
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send(get());
	const text = await line.rest();
	t.true(text.endsWith('5\r\nhello\r\n'), text);

	const old = await plainly('a.test:80');
	let error = '';
	old.socket.on('error', ({message}) => {
		error = message;
	});
	old.send('GET / HTTP/1.0\r\n\r\n');
	await old.rest();
	await until(() => old.socket.destroyed);
	t.regex(error, /ECONNRESET/);
	await until(() => gate.passages[1]?.calls.closed.length === 1);
	t.is(gate.passages[0]?.calls.closed[0]?.cause, 'upstream_cut');
});

const broken = {
	'bytes that are not HTTP': 'SSH-2.0-OpenSSH\r\n\r\n',
	'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
	'length and coding':
		'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
};

for (const [name, reply] of Object.entries(broken)) {
	test(`an answer of ${name} is a 502 and nothing of it is passed on`, async t => {
		const {dialPort} = await echo(t, reply);
		const gate = scriptGate({dialPort});
		const {plainly} = await runEngine(t, gate);
		const line = await plainly('a.test:80');
		line.send(get());
		t.is((await line.response()).body, '{"code":"upstream_broken"}');
		t.is(gate.passages[0]?.calls.failed[0]?.code, 'upstream_broken');
	});
}

test('a 101 that nobody asked for opens no channel', async t => {
	const {dialPort} = await echo(
		t,
		'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nevil',
	);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(get());
	const {head, body} = await line.response();
	t.regex(head, /^HTTP\/1\.1 502 /);
	t.notRegex(body, /evil/);
});

test('a place that refuses is a 502, and the next address is tried first', async t => {
	const dialPort = await serveHttp(t, (_request, response) => response.end('second'));
	const dialled: string[] = [];
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {
				route: {...routeTo('a.test', 80, dialPort), addresses: ['127.0.0.2', '127.0.0.1']},
			}),
			head: exchange.head,
		}),
	});
	const {plainly} = await runEngine(t, gate, {}, place => {
		dialled.push(place.address);
		return dialLoopback(place.address === '127.0.0.2' ? {...place, port: 1} : place);
	});
	const line = await plainly('a.test:80');
	line.send(get());
	t.is((await line.response()).body, 'second');
	t.deepEqual(dialled, ['127.0.0.2', '127.0.0.1']);

	const nowhere = scriptGate({dialPort: 1});
	const other = await runEngine(t, nowhere);
	const refused = await other.plainly('a.test:80');
	refused.send(get());
	t.is((await refused.response()).body, '{"code":"upstream_unreachable"}');
	t.deepEqual(nowhere.passages[0]?.calls.failed, [
		{code: 'upstream_unreachable', error: 'the connection failed (ECONNREFUSED)'},
	]);
});

test('a name in place of an address is never dialled', async t => {
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {
				route: {...routeTo('a.test', 80, 1), addresses: ['localhost']},
			}),
			head: exchange.head,
		}),
	});
	const dialled: unknown[] = [];
	const {plainly} = await runEngine(t, gate, {}, place => {
		dialled.push(place);
		return dialLoopback(place);
	});
	const line = await plainly('a.test:80');
	line.send(get());
	t.is((await line.response()).body, '{"code":"policy_error"}');
	t.deepEqual(dialled, []);
});

for (const [name, authority, host] of [
	['another authority', createAuthority({name: 'stranger', now: Date.now, capacity: 2}), 'a.test'],
	['another name', upstreamAuthority, 'b.test'],
] as const) {
	test(`an upstream with a certificate of ${name} is not trusted`, async t => {
		const seen: string[] = [];
		const dialPort = await serveRaw(t, socket => {
			const secured = new TLSSocket(socket, {
				isServer: true,
				secureContext: authority.contextFor(host),
			});
			secured.on('error', () => undefined).on('data', chunk => seen.push(String(chunk)));
		});
		const gate = scriptGate({dialPort});
		const {inside} = await runEngine(t, gate);
		const line = await inside('a.test:443');
		line.send(get());
		t.is((await line.response()).body, '{"code":"upstream_tls"}');
		t.regex(gate.passages[0]?.calls.failed[0]?.error ?? '', /^TLS failed \([A-Z_]+\)$/);
		t.deepEqual(seen, []);
	});
}

test('an upstream at an address must show a certificate of that address', async t => {
	let shown = '10.9.9.9';
	const dialPort = await serveRaw(t, socket => {
		const secureContext = upstreamAuthority.contextFor(shown);
		const secured = new TLSSocket(socket, {isServer: true, secureContext});
		secured.on('error', () => undefined).once('data', () => secured.write(ok));
	});
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {
				route: {...routeTo('10.1.2.3', 443, dialPort, shown), servername: ''},
			}),
			head: exchange.head,
		}),
	});
	const {port, authority} = await runEngine(t, gate);
	for (const [certificate, body] of [
		['10.9.9.9', '{"code":"upstream_tls"}'],
		['10.1.2.3', 'ok'],
	] as const) {
		shown = certificate;
		const {line} = await tunnel(t, port, '10.1.2.3:443');
		const options = {ca: authority.caPem, host: '10.1.2.3'};
		const secured = new Line(await secure(t, line, options));
		secured.send(get('/', '').replace('a.test', '10.1.2.3'));
		t.is((await secured.response()).body, body);
	}
});

test('a chunked upload that the client cuts never ends whole upstream', async t => {
	let got = '';
	let ending = '';
	const dialPort = await serveRaw(t, socket => {
		socket.on('data', chunk => {
			got += chunk.toString('latin1');
		});
		for (const event of ['end', 'error']) {
			socket.once(event, () => {
				ending ||= event;
				socket.destroy();
			});
		}
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);

	for (const leave of ['end', 'destroy', 'resetAndDestroy'] as const) {
		got = '';
		ending = '';
		const line = await plainly('a.test:80');
		line.send(
			'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
		);
		await until(() => got.includes('hello'));
		line.socket[leave]();
		await until(() => ending !== '');
		t.notRegex(got, /0\r\n\r\n$/, leave);
		await gate.passages.at(-1)?.over;
	}
});

test('chunk extensions and the trailers of a request end at the proxy', async t => {
	const {read, dialPort} = await echo(t, ok);
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const line = await plainly('a.test:80');
	line.send(
		'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5;name=a\r\nhello\r\n0;last\r\nX-Http-Method: DELETE\r\n\r\n',
	);
	await line.response();
	await until(() => read.join('').includes('0\r\n\r\n'));
	t.true(read.join('').endsWith('\r\n\r\n5\r\nhello\r\n0\r\n\r\n'), read.join(''));
});

test('when the client leaves, the upstream is told: waiting, downloading, uploading', async t => {
	let arrived = 0;
	let closed = 0;
	const dialPort = await serveHttp(t, (request, response) => {
		arrived += 1;
		request.on('error', () => undefined).resume();
		response.on('close', () => {
			closed += 1;
		});

		if (request.url === '/down') {
			response.write('some');
		}
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const requests = [
		get('/wait'),
		get('/down'),
		'POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nabc',
	];

	for (const [index, text] of requests.entries()) {
		const line = await plainly('a.test:80');
		line.send(text);
		await until(() => arrived === index + 1);
		line.socket.destroy();
		await until(() => closed === index + 1);
		await gate.passages[index]?.over;
		t.is(gate.passages[index]?.calls.closed[0]?.cause, 'client_gone');
	}
});

test('a client that leaves while its place is dialled ends the dial', async t => {
	const dialled: Socket[] = [];
	const gate = scriptGate({dialPort: 9});
	const {plainly} = await runEngine(t, gate, {}, () => {
		// Never connects.
		const socket = new Socket();
		dialled.push(socket);
		return socket;
	});
	const line = await plainly('a.test:80');
	line.send(get());
	await until(() => dialled.length === 1);
	line.socket.destroy();
	await until(() => dialled[0]?.destroyed === true);
	t.is(gate.passages[0]?.calls.closed[0]?.cause, 'client_gone');
});

test('nothing is sent once the policy changed: before the dial, during it, on a kept connection', async t => {
	const {read, dialPort} = await echo(t, ok);
	let arrive: () => void = () => undefined;
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate, {}, place => {
		const socket = dialLoopback(place);
		socket.once('connect', () => arrive());
		return socket;
	});
	arrive = () => {
		for (const passage of gate.passages) {
			passage.open = false;
		}
	};
	const during = await plainly('a.test:80');
	during.send(get());
	t.is((await during.response()).body, '{"code":"policy_changed"}');
	t.deepEqual(read, []);

	arrive = () => undefined;
	const line = await plainly('a.test:80');
	line.send(get());
	await line.response();
	t.is(read.length, 1);
	const closed = scriptGate({
		dialPort,
		request: ({exchange}, passage) => {
			passage.open = false;
			return {kind: 'forward', passage, head: exchange.head};
		},
	});
	let dials = 0;
	const other = await runEngine(t, closed, {}, place => {
		dials += 1;
		return dialLoopback(place);
	});
	const before = await other.plainly('a.test:80');
	before.send(get());
	t.is((await before.response()).body, '{"code":"policy_changed"}');
	t.is(dials, 0);
	t.is(read.length, 1);
});

test('nothing is sent on a kept connection when the policy changed while it was fetched', async t => {
	const {read, dialPort} = await echo(t, ok);
	const gate = scriptGate({
		dialPort,
		request: ({exchange}, passage) => {
			if (exchange.head.target === '/late') {
				let looks = 0;
				passage.isOpen = () => {
					looks += 1;
					return looks === 1;
				};
			}

			return {kind: 'forward', passage, head: exchange.head};
		},
	});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send(get());
	await line.response();
	line.send(get('/late'));
	t.is((await line.response()).body, '{"code":"policy_changed"}');
	t.is(read.length, 1);
});

test('plain HTTP never goes up a connection that TLS was spoken on, whatever its pool key', async t => {
	const dialPort = await serveHttps(t, (_request, response) => response.end('over TLS'));
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {route: routeTo('a.test', 443, dialPort)}),
			head: exchange.head,
		}),
	});
	const {inside, plainly} = await runEngine(t, gate);
	const secured = await inside('a.test:443');
	secured.send(get());
	t.is((await secured.response()).body, 'over TLS');
	const plain = await plainly('a.test:80');
	plain.send(get());
	t.notRegex((await plain.response()).body, /over TLS/);
});

test('not even a TLS hello goes up when the policy changed during the dial', async t => {
	const {read, dialPort} = await echo(t, ok);
	const gate = scriptGate({dialPort});
	const {inside} = await runEngine(t, gate, {}, place => {
		const socket = dialLoopback(place);
		return socket.once('connect', () => {
			for (const passage of gate.passages) {
				passage.open = false;
			}
		});
	});
	const line = await inside('a.test:443');
	line.send(get());
	t.is((await line.response()).body, '{"code":"policy_changed"}');
	t.deepEqual(read, []);
});

test('a revoked request is cut while its body runs', async t => {
	let closed = false;
	const dialPort = await serveHttp(t, (_request, response) => {
		response.write('one');
		response.on('close', () => {
			closed = true;
		});
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send(get());
	await line.until('one');
	gate.passages[0]?.revoke('policy_changed');
	t.notRegex(await line.rest(), /0\r\n\r\n$/);
	await until(() => closed);
	t.is(gate.passages[0]?.calls.closed[0]?.cause, 'policy_changed');
});

test('connections are reused under one pool key only', async t => {
	const ports: number[] = [];
	const dialPort = await serveHttp(t, (request, response) => {
		ports.push(request.socket.remotePort ?? 0);
		response.end('ok');
	});
	const keys = ['one', 'one', 'two', 'one'];
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {route: routeTo('a.test', 80, dialPort, keys.shift())}),
			head: exchange.head,
		}),
	});
	const {plainly} = await runEngine(t, gate);

	for (let index = 0; index < 4; index += 1) {
		const line = await plainly('a.test:80');
		line.send(get());
		await line.response();
	}

	t.is(ports[0], ports[1]);
	t.not(ports[1], ports[2]);
	t.is(ports[0], ports[3]);
});

test('a request without effects is repeated once when a kept connection turns out closed', async t => {
	let served = 0;
	let cut = true;
	const dialPort = await serveRaw(t, socket => {
		let onThis = 0;
		socket.on('data', () => {
			onThis += 1;

			if (onThis > 1 && cut) {
				socket.resetAndDestroy();
				return;
			}

			served += 1;
			socket.write(ok);
		});
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send(get());
	await line.response();
	line.send(get());
	t.is((await line.response()).body, 'ok');
	t.is(served, 2);
	line.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\na');
	t.is((await line.response()).body, '{"code":"upstream_unreachable"}');
	t.is(served, 2);
	cut = false;
	t.is(gate.passages.filter(passage => passage.calls.closed.length === 1).length, 3);
});

test('an upstream that stays silent is a 504; one that stops in its body is cut', async t => {
	const dialPort = await serveHttp(t, (request, response) => {
		if (request.url === '/body') {
			response.write('some');
		}
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate, {upstreamIdleMs: 100});
	const line = await plainly('a.test:80');
	line.send(get());
	t.is((await line.response()).body, '{"code":"upstream_timeout"}');
	const started = await plainly('a.test:80');
	started.send(get('/body'));
	t.notRegex(await started.rest(), /0\r\n\r\n$/);
});

test('a reader that stalls stops the upstream, and a stalled upstream stops the writer', async t => {
	const chunk = Buffer.alloc(64 * 1024);
	let sent = 0;
	let received = 0;
	const dialPort = await serveRaw(t, socket => {
		socket.once('data', head => {
			if (head.toString('latin1').startsWith('POST')) {
				received += head.length;
				socket.pause();
				return;
			}

			socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n');
			const more = () => {
				while (socket.write(chunk)) {
					sent += chunk.length;
				}
			};
			socket.on('drain', more);
			more();
		});
	});
	const {plainly} = await runEngine(t, scriptGate({dialPort}));
	const down = await plainly('a.test:80');
	down.socket.pause();
	down.send(get());
	const up = await plainly('a.test:80');
	up.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1073741824\r\n\r\n');
	let uploaded = 0;
	const push = () => {
		while (up.socket.write(chunk)) {
			uploaded += chunk.length;
		}
	};
	up.socket.on('drain', push);
	push();
	await until(() => sent > 0 && received > 0);
	await settled(() => sent + uploaded);
	// Kernel buffers of both hops, and a few chunks of ours: not the gigabyte that was offered.
	t.true(sent > 0 && sent < 64 * 1024 * 1024, String(sent));
	t.true(uploaded > 0 && uploaded < 64 * 1024 * 1024, String(uploaded));
	t.true(received > 0);
});

/** Resolves when a number has not moved for many turns of the loop. */
const settled = async (read: () => number) => {
	for (let last = -1, same = 0; same < 40; ) {
		await new Promise(resolve => setTimeout(resolve, 5));
		const now = read();
		same = now === last ? same + 1 : 0;
		last = now;
	}
};

test('an answer before the body was read ends the upload', async t => {
	const dialPort = await serveHttp(t, (_request, response) => {
		response.statusCode = 413;
		response.end('too large');
	});
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);
	const line = await plainly('a.test:80');
	line.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000\r\n\r\nabc');
	t.regex((await line.response()).head, /^HTTP\/1\.1 413 /);
	await gate.passages[0]?.over;
	t.is(gate.passages[0]?.calls.closed.length, 1);
});

test('bytes are counted once per request, and a 204 never says that it has a body', async t => {
	const {dialPort} = await echo(t, 'HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n');
	const gate = scriptGate({dialPort});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	line.send('GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n');
	t.notRegex(await line.until('\r\n\r\n'), /content-length/i);
	await gate.passages[0]?.over;
	t.deepEqual(gate.passages[0]?.calls.closed, [{in: 46, out: 56}]);
});
