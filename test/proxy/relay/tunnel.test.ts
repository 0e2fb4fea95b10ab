import {connect as connectTls} from 'node:tls';
import test, {type ExecutionContext} from 'ava';
import type {EngineLimits} from '../../../proxy/limits.ts';
import {dialLoopback, runEngine} from '../../helpers/engine.ts';
import {answerOf, type ScriptedPassage, scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {open, serveRaw, tunnel} from '../../helpers/wire.ts';

const through = async (
	t: ExecutionContext,
	mode: 'raw' | 'peek',
	onConnection: Parameters<typeof serveRaw>[1],
	options: {
		readonly limits?: Partial<EngineLimits>;
		readonly prepare?: (passage: ScriptedPassage) => void;
	} = {},
) => {
	const dialPort = await serveRaw(t, onConnection);
	const gate = scriptGate({
		dialPort,
		connection: (_asked, passage) => {
			options.prepare?.(passage);
			return {kind: 'tunnel', mode, passage};
		},
	});
	const {port} = await runEngine(t, gate, options.limits);
	const {line, reply} = await tunnel(t, port, 'db.test:5432');
	return {gate, line, reply, passage: gate.tunnels[0] as ScriptedPassage};
};

test('a raw tunnel carries bytes both ways, passes on each end, and counts', async t => {
	let got = '';
	const {line, reply, passage} = await through(t, 'raw', socket => {
		socket.on('data', chunk => {
			got += chunk;
		});
		socket.once('end', () => socket.end(`after your end: ${got}`));
	});
	t.regex(reply, /^HTTP\/1\.1 200 /);
	line.send('\u0000\u0001 any bytes');
	line.socket.end();
	t.is(await line.rest(), 'after your end: \u0000\u0001 any bytes');
	await passage.over;
	t.deepEqual(passage.calls.closed, [{in: 28, out: 12}]);
	t.deepEqual(passage.calls.first, []);
});

test('in a peeked tunnel the server may speak first, and the client is still looked at', async t => {
	let got = '';
	const {line, passage} = await through(t, 'peek', socket => {
		socket.write('220 mail ready\r\n');
		socket.on('data', chunk => {
			got += chunk;
			socket.write('250 ok\r\n');
		});
	});
	t.is(await line.until('\r\n'), '220 mail ready\r\n');
	t.deepEqual(passage.calls.first, []);
	line.send('EHLO me\r\n');
	t.is(await line.until('\r\n'), '250 ok\r\n');
	t.deepEqual(passage.calls.first, [{kind: 'other'}]);
	t.is(got, 'EHLO me\r\n');
});

test('the first bytes are shown before any goes up, and an objection keeps them back', async t => {
	let got = '';
	let closed = false;
	const {line, passage} = await through(
		t,
		'peek',
		socket => {
			socket.on('data', chunk => {
				got += chunk;
			});
			socket.once('close', () => {
				closed = true;
			});
		},
		{
			prepare: passage => {
				passage.objection = answerOf(421, {code: 'authority_mismatch'});
			},
		},
	);
	line.send('SSH-2.0-x\r\n');
	t.is(await line.rest(), '');
	await until(() => closed);
	t.is(got, '');
	await passage.over;
	t.is(passage.calls.closed[0]?.cause, 'refused');
});

test('first bytes that nobody could judge go nowhere', async t => {
	let got = '';
	const {line, passage} = await through(t, 'peek', socket => {
		socket.on('data', chunk => {
			got += chunk;
		});
	});
	passage.first = () => {
		throw new Error('secret detail');
	};
	line.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
	t.is(await line.rest(), '');
	await passage.over;
	t.is(got, '');
	t.is(passage.calls.closed[0]?.cause, 'refused');
});

test('an HTTP client that is refused after its first bytes reads why', async t => {
	const {line} = await through(t, 'peek', () => undefined, {
		prepare: passage => {
			passage.objection = answerOf(403, {code: 'no'});
		},
	});
	line.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
	t.regex(await line.rest(), /^HTTP\/1\.1 403 [\s\S]*\{"code":"no"\}$/);
});

test('a TLS hello is read whole, however it is cut, and goes up unchanged', async t => {
	const hello = await helloOf({servername: 'Other.Test'});
	const got: Buffer[] = [];
	const {line, passage} = await through(t, 'peek', socket => {
		socket.on('data', chunk => got.push(chunk));
	});

	for (const byte of hello) {
		line.socket.write(Uint8Array.of(byte));
		await new Promise(resolve => setImmediate(resolve));
	}

	await until(() => Buffer.concat(got).length === hello.length);
	t.deepEqual(Buffer.concat(got), hello);
	t.deepEqual(passage.calls.first, [
		{kind: 'tls', servername: 'other.test', hasEncryptedHello: false},
	]);
});

test('a hello that never ends is unparsable when the time is over', async t => {
	const {line, passage} = await through(t, 'peek', () => undefined, {
		limits: {firstBytesMs: 60},
		prepare: passage => {
			passage.objection = answerOf(403, {});
		},
	});
	line.send(Uint8Array.of(0x16, 3, 1, 2, 0, 1));
	await line.rest();
	t.deepEqual(passage.calls.first, [{kind: 'unparsable-tls'}]);
});

test('a place that cannot be reached is told in place of the tunnel', async t => {
	const gate = scriptGate({
		dialPort: 1,
		connection: (_asked, passage) => ({kind: 'tunnel', mode: 'raw', passage}),
	});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	line.send('CONNECT gone.test:1 HTTP/1.1\r\nHost: gone.test\r\n\r\n');
	t.regex(await line.rest(), /^HTTP\/1\.1 502 [\s\S]*upstream_unreachable/);
	t.deepEqual(gate.tunnels[0]?.calls.closed, [{in: 0, out: 0, cause: 'upstream_unreachable'}]);
});

test('a tunnel whose policy changed meanwhile is not begun', async t => {
	let connections = 0;
	const dialPort = await serveRaw(t, () => {
		connections += 1;
	});
	const gate = scriptGate({
		dialPort,
		connection: (_asked, passage) => {
			passage.open = false;
			return {kind: 'tunnel', mode: 'raw', passage};
		},
	});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	line.send('CONNECT db.test:1 HTTP/1.1\r\nHost: db.test\r\n\r\n');
	t.regex(await line.rest(), /policy_changed/);
	t.is(connections, 0);
});

test('nothing goes through a tunnel whose policy changed during its dial', async t => {
	let isEnded = false;
	let got = '';
	const dialPort = await serveRaw(t, socket => {
		socket.on('data', chunk => {
			got += chunk;
		});
		socket.once('close', () => {
			isEnded = true;
		});
		socket.once('end', () => socket.end());
		socket.write('220 secret greeting');
	});
	const gate = scriptGate({
		dialPort,
		connection: (_asked, passage) => ({kind: 'tunnel', mode: 'raw', passage}),
	});
	const {port} = await runEngine(t, gate, {}, place =>
		dialLoopback(place).once('connect', () => {
			for (const passage of gate.tunnels) {
				passage.open = false;
			}
		}),
	);
	const line = await open(t, port);
	line.send('CONNECT db.test:1 HTTP/1.1\r\nHost: db.test\r\n\r\nmine');
	const reply = await line.rest();
	t.regex(reply, /policy_changed/);
	t.notRegex(reply, /secret/);
	await until(() => isEnded);
	t.is(got, '');
});

test('a tunnel whose policy changed while its first bytes were judged passes none of them', async t => {
	let got = '';
	const {line, passage} = await through(t, 'peek', socket => {
		socket.on('data', chunk => {
			got += chunk;
		});
	});
	passage.first = () => {
		passage.open = false;
		return undefined;
	};
	line.send('EHLO me\r\n');
	t.is(await line.rest(), '');
	await passage.over;
	t.is(got, '');
	t.is(passage.calls.closed[0]?.cause, 'policy_changed');
});

test('a revoked tunnel is cut on both sides', async t => {
	let closed = false;
	const {line, passage} = await through(t, 'raw', socket => {
		socket.write('hello');
		socket.once('close', () => {
			closed = true;
		});
	});
	await line.until('hello');
	passage.revoke('the policy no longer allows it');
	await line.rest();
	await until(() => closed);
	await passage.over;
	t.is(passage.calls.closed[0]?.cause, 'the policy no longer allows it');
});

test('a silent tunnel is cut after its time, and a half-closed one sooner', async t => {
	const {line, passage} = await through(t, 'raw', () => undefined, {limits: {tunnelIdleMs: 80}});
	await line.rest();
	await passage.over;
	t.is(passage.calls.closed[0]?.cause, 'idle');

	const half = await through(t, 'raw', socket => socket.resume(), {
		limits: {halfClosedIdleMs: 80},
	});
	half.line.socket.end();
	await half.line.rest();
	await half.passage.over;
	t.is(half.passage.calls.closed[0]?.cause, 'idle');
});

test('a server that resets resets the client', async t => {
	const {line, passage} = await through(t, 'raw', socket => {
		socket.once('data', () => socket.resetAndDestroy());
	});
	line.send('x');
	await line.rest();
	await passage.over;
	t.is(passage.calls.closed.length, 1);
});

/** The first flight of a TLS client. */
const helloOf = async (options: object): Promise<Buffer> => {
	const {Duplex} = await import('node:stream');
	return new Promise(resolve => {
		const wire = new Duplex({
			read: () => undefined,
			write(chunk, _encoding, done) {
				resolve(chunk);
				done();
			},
		});
		connectTls({socket: wire, ...options}).on('error', () => undefined);
	});
};
