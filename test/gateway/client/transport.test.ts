import http from 'node:http';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {maxAnswerBytes} from '../../../gateway/client/limits.ts';
import {makeTransport} from '../../../gateway/client/transport.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const serve = async (t: ExecutionContext, handle: http.RequestListener): Promise<string> => {
	const socketPath = path.join(await temporaryDirectory(t), 's');
	const server = http.createServer(handle);
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return socketPath;
};

const call = async (t: ExecutionContext, handle: http.RequestListener, timeoutMs?: number) => {
	const transport = makeTransport({kind: 'socket', path: await serve(t, handle)}, timeoutMs);
	t.teardown(() => transport.close());
	return transport.call({method: 'GET', path: '/x'});
};

const rows: ReadonlyArray<readonly [title: string, handle: http.RequestListener, outcome: object]> =
	[
		['a value', (_, response) => response.end('{"a":1}'), {ok: true, value: {a: 1}}],
		[
			'a refusal',
			(_, response) => {
				response.statusCode = 409;
				response.end('{"error":"stale","detail":"read again"}');
			},
			{ok: false, error: {kind: 'refused', status: 409, body: {error: 'stale'}}},
		],
		['no JSON', (_, response) => response.end('hello'), {ok: false, error: {kind: 'unreachable'}}],
		[
			'an error that is not ours',
			(_, response) => {
				response.statusCode = 502;
				response.end('{"message":"bad gateway"}');
			},
			{ok: false, error: {kind: 'unreachable'}},
		],
		[
			'an answer over the bound',
			(_, response) => response.end(`"${'x'.repeat(maxAnswerBytes)}"`),
			{
				ok: false,
				error: {kind: 'unreachable', detail: `the answer is longer than ${maxAnswerBytes} bytes`},
			},
		],
		[
			'an answer that is cut',
			(_, response) => {
				response.writeHead(200, {'content-length': '10'});
				response.write('{"a"');
				setImmediate(() => response.destroy());
			},
			{ok: false, error: {kind: 'unreachable'}},
		],
		[
			'a redirect',
			(_, response) => {
				response.writeHead(302, {location: 'http://elsewhere'});
				response.end('{}');
			},
			{ok: false, error: {kind: 'unreachable'}},
		],
	];
for (const [title, handle, outcome] of rows) {
	test(`${title} is read as what it is`, async t => {
		t.like(await call(t, handle), outcome);
	});
}

test('an answer that never ends is given up', async t => {
	t.like(await call(t, (_, response) => void response.write('{'), 50), {
		ok: false,
		error: {kind: 'unreachable', detail: 'no answer within 50 ms'},
	});
});

test('a gateway that is not there is unreachable', async t => {
	const transport = makeTransport({kind: 'socket', path: '/nowhere/at/all'});
	t.like(await transport.call({method: 'GET', path: '/'}), {
		ok: false,
		error: {kind: 'unreachable'},
	});
});

test('requests share one kept-alive connection', async t => {
	const sockets = new Set<unknown>();
	const socketPath = await serve(t, (request, response) => {
		sockets.add(request.socket);
		response.end('{}');
	});
	const transport = makeTransport({kind: 'socket', path: socketPath});
	t.teardown(() => transport.close());
	for (let index = 0; index < 5; index++) {
		await transport.call({method: 'GET', path: '/'});
	}

	t.is(sockets.size, 1);
});
