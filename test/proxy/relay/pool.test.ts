import type {Socket} from 'node:net';
import test, {type ExecutionContext} from 'ava';
import {runEngine} from '../../helpers/engine.ts';
import {routeTo, scriptGate} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {serveRaw} from '../../helpers/wire.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** An upstream whose open connections are counted. */
const counted = async (t: ExecutionContext, onData: (socket: Socket, nth: number) => void) => {
	const open = new Set<Socket>();
	const dialPort = await serveRaw(t, socket => {
		let nth = 0;
		open.add(socket);
		socket.once('close', () => open.delete(socket)).once('end', () => socket.end());
		socket.on('data', () => {
			nth += 1;
			onData(socket, nth);
		});
	});
	return {open, dialPort};
};

test('above the bound an idle upstream connection is closed after its answer', async t => {
	const waiting: Socket[] = [];
	const {open, dialPort} = await counted(t, socket => {
		waiting.push(socket);
	});
	const keys = ['one', 'two', 'three'];
	const gate = scriptGate({
		request: ({exchange}, passage) => ({
			kind: 'forward',
			passage: Object.assign(passage, {route: routeTo('a.test', 80, dialPort, keys.shift())}),
			head: exchange.head,
		}),
	});
	const {plainly} = await runEngine(t, gate, {idleUpstreams: 1});
	const lines = [
		await plainly('a.test:80'),
		await plainly('a.test:80'),
		await plainly('a.test:80'),
	];
	for (const line of lines) {
		line.send(get);
	}

	await until(() => waiting.length === 3);
	for (const [index, line] of lines.entries()) {
		waiting[index]?.write(ok);
		await line.response();
	}

	await until(() => open.size === 1);
	t.is(open.size, 1);
});

test('an upstream connection that nobody needs is closed after its time', async t => {
	const {open, dialPort} = await counted(t, socket => socket.write(ok));
	const {plainly} = await runEngine(t, scriptGate({dialPort}), {idleUpstreamMs: 40});
	const line = await plainly('a.test:80');
	line.send(get);
	t.is((await line.response()).body, 'ok');
	await until(() => open.size === 0);
	t.is(open.size, 0);
});

for (const method of ['POST', 'PATCH', 'PROPPATCH']) {
	test(`${method} is never repeated, even without a body`, async t => {
		let served = 0;
		const {dialPort} = await counted(t, (socket, nth) => {
			served += 1;
			nth === 1 ? socket.write(ok) : socket.resetAndDestroy();
		});
		const {plainly} = await runEngine(t, scriptGate({dialPort}));
		const line = await plainly('a.test:80');
		line.send(get);
		await line.response();
		line.send(`${method} / HTTP/1.1\r\nHost: a.test\r\n\r\n`);
		t.is((await line.response()).body, '{"code":"upstream_unreachable"}');
		t.is(served, 2);
	});
}
