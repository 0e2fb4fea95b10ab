import {once} from 'node:events';
import type {Socket} from 'node:net';
import test from 'ava';
import type {ConnectionAdmission} from '../../../proxy/gate.ts';
import {dialLoopback, runEngine} from '../../helpers/engine.ts';
import {routeTo, scriptGate, scriptPassage} from '../../helpers/scripted-gate.ts';
import {until} from '../../helpers/wait.ts';
import {open, serveRaw} from '../../helpers/wire.ts';

const connectLine = 'CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n';

/** A promise and its answer. */
const latch = <T>() => {
	let give: (value: T) => void = () => undefined;
	const given = new Promise<T>(resolve => {
		give = resolve;
	});
	return {given, give};
};

for (const kind of ['inspect', 'tunnel'] as const) {
	test(`a client that resets while it is decided on leaves nothing of its ${kind} admission open`, async t => {
		const passage = scriptPassage(routeTo('api.test', 443, 1));
		const asked = latch<void>();
		const decided = latch<void>();
		const gate = scriptGate({});
		gate.admitConnection = async (): Promise<ConnectionAdmission> => {
			asked.give();
			await decided.given;
			return kind === 'inspect' ? {kind, passage} : {kind, mode: 'raw', passage};
		};
		const {engine, port} = await runEngine(t, gate);
		const line = await open(t, port);
		line.send(connectLine);
		await asked.given;
		line.socket.resetAndDestroy();
		while (engine.openConnections() > 0) {
			await new Promise(setImmediate);
		}

		decided.give();
		await passage.over;
		t.deepEqual(passage.calls.closed, [{in: 0, out: 0, cause: 'client_gone'}]);
		t.deepEqual(passage.calls.failed, []);
	});
}

test('a client that resets while its tunnel is dialled leaves nothing upstream', async t => {
	const upstreamEnded = latch<void>();
	const upstreamPort = await serveRaw(t, socket => {
		socket.on('error', () => undefined);
		socket.once('close', () => upstreamEnded.give());
		socket.resume().on('end', () => socket.end());
	});
	const passage = scriptPassage(routeTo('api.test', 443, upstreamPort));
	const gate = scriptGate({});
	gate.admitConnection = async () => ({kind: 'tunnel', mode: 'raw', passage});
	const dialled = latch<void>();
	const clientGone = latch<void>();
	const slow = (place: {address: string; port: number}): Socket => {
		const socket = dialLoopback(place);
		const emit = socket.emit.bind(socket);
		// The connect event waits until the client has gone.
		socket.emit = ((event: string, ...values: unknown[]) => {
			if (event !== 'connect') {
				return emit(event, ...values);
			}

			dialled.give();
			void clientGone.given.then(() => emit(event, ...values));
			return true;
		}) as typeof socket.emit;
		return socket;
	};
	const {engine, port} = await runEngine(t, gate, {}, slow);
	const line = await open(t, port);
	line.send(connectLine);
	await dialled.given;
	const closed = once(line.socket, 'close');
	line.socket.resetAndDestroy();
	await closed;
	while (engine.openConnections() > 0) {
		await new Promise(setImmediate);
	}

	clientGone.give();
	await upstreamEnded.given;
	await passage.over;
	t.like(passage.calls.closed[0], {cause: 'client_gone'});
});

test('a request whose client left while it was decided on goes nowhere', async t => {
	const asked = latch<void>();
	const decided = latch<void>();
	let dials = 0;
	const gate = scriptGate({
		dialPort: 1,
		request: async ({exchange}, passage) => {
			asked.give();
			await decided.given;
			return {kind: 'forward', passage, head: exchange.head};
		},
	});
	const {engine, plainly} = await runEngine(t, gate, {}, place => {
		dials += 1;
		return dialLoopback(place);
	});
	const line = await plainly('api.test:80');
	line.send('GET / HTTP/1.1\r\nHost: api.test\r\n\r\n');
	await asked.given;
	line.socket.resetAndDestroy();
	await until(() => engine.openConnections() === 0);
	decided.give();
	await until(() => gate.passages[0]?.calls.closed.length === 1);
	t.deepEqual(gate.passages[0]?.calls.closed, [{in: 0, out: 0, cause: 'not_forwarded'}]);
	t.is(dials, 0);
});

test('a client that stops in the middle of its body is closed after its time', async t => {
	const dialPort = await serveRaw(t, socket => socket.resume());
	const {port, engine} = await runEngine(t, scriptGate({dialPort}), {clientIdleMs: 200});
	const line = await open(t, port);
	line.send('POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc');
	await line.rest();
	await until(() => engine.openConnections() === 0);
	t.pass();
});
