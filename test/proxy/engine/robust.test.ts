import test from 'ava';
import fc from 'fast-check';
import {runEngine} from '../../helpers/engine.ts';
import {scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {open, serveHttp, serveRaw} from '../../helpers/wire.ts';

/** Pieces that lead deep into the engine before they go wrong. */
const pieces = [
	'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n',
	'CONNECT [::1]:443 HTTP/1.1\r\n\r\n',
	'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
	'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
	'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\n',
	'Expect: 100-continue\r\n',
	'Connection: upgrade\r\nUpgrade: websocket\r\n\r\n',
	'GET / HTTP/1.1\r\nHost: a.test\r\n',
	'\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001\u0000',
	'\u0016\u0003\u0001\u0040\u0000',
	'\r\n\r\n',
	'0\r\n\r\n',
	'zz\r\n',
];

const garbage = fc.array(
	fc.oneof(
		fc.constantFrom(...pieces),
		fc.uint8Array({maxLength: 40}).map(bytes => Buffer.from(bytes).toString('latin1')),
	),
	{minLength: 1, maxLength: 5},
);

test('whatever clients send, others are served, and nothing is left behind', async t => {
	const dialPort = await serveHttp(t, (request, response) => {
		request.on('error', () => undefined).resume();
		response.end('ok');
	});
	const gate = scriptGate({dialPort});
	const {port, inside, engine} = await runEngine(t, gate);
	const plain = await open(t, port);
	const secured = await inside('a.test:443');
	const base = engine.openConnections();

	for (const [index, parts] of fc.sample(garbage, {numRuns: 150, seed: 7}).entries()) {
		const line = await open(t, port);

		for (const part of parts) {
			line.send(part);
		}

		index % 3 === 0 ? line.socket.destroy() : line.socket.end();

		if (index % 10 === 0) {
			plain.send('GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n');
			t.is((await plain.response()).body, 'ok');
		}
	}

	secured.send('GET / HTTP/1.1\r\nHost: wrong\r\nHost: twice\r\n\r\n');
	t.regex(await secured.rest(), /duplicate_host/);
	await until(() => engine.openConnections() <= base);
	await until(() =>
		[...gate.passages, ...gate.tunnels].every(passage => passage.calls.closed.length === 1),
	);
	t.pass();
});

test('whatever upstreams answer, the client gets an answer or a cut, and the next one is served', async t => {
	const replies = fc.sample(
		fc.oneof(
			fc.uint8Array({maxLength: 60}).map(bytes => Buffer.from(bytes)),
			fc
				.array(
					fc.constantFrom(
						'HTTP/1.1 200 OK\r\n',
						'HTTP/1.1 100 Continue\r\n\r\n',
						'HTTP/1.1 999 \u00ff\r\n',
						'HTTP/1.1 304 x\r\n',
						'Content-Length: 5\r\n',
						'Content-Length: 99999999999999999999\r\n',
						'Transfer-Encoding: chunked\r\n',
						'Connection: upgrade\r\nUpgrade: x\r\n',
						'X: \u0001\r\n',
						'\r\n',
						'5\r\nhello\r\n',
						'0\r\n\r\n',
					),
					{minLength: 1, maxLength: 6},
				)
				.map(parts => Buffer.from(parts.join(''), 'latin1')),
		),
		{numRuns: 120, seed: 11},
	);
	let next: Buffer = Buffer.alloc(0);
	const dialPort = await serveRaw(t, socket => socket.once('data', () => socket.end(next)));
	const gate = scriptGate({dialPort});
	const {plainly} = await runEngine(t, gate);

	for (const reply of replies) {
		next = reply;
		const line = await plainly('a.test:80');
		line.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
		const text = await line.rest();
		t.true(text === '' || text.startsWith('HTTP/1.1 '), JSON.stringify(text));
	}

	await until(() => gate.passages.every(passage => passage.calls.closed.length === 1));
	t.is(gate.passages.length, replies.length);
});
