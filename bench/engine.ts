import {fork} from 'node:child_process';
import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {argv, stdout} from 'node:process';
import {connect as connectTls} from 'node:tls';
import {fileURLToPath} from 'node:url';
import type {BenchPlace} from './engine-side.ts';

/**
Keep-alive requests through the engine, against the same load straight to the upstream. Engine
and upstream are processes of their own, so that CPU per request is the engine's alone.

    node dist/bench/engine.js [connections] [seconds]
*/
const main = async (): Promise<void> => {
	const connections = Number(argv[2] ?? 64);
	const seconds = Number(argv[3] ?? 5);
	const upstream = await start('upstream', []);
	const engine = await start('engine', [String(upstream.place.port), upstream.place.ca]);

	for (const [name, dial] of [
		['direct', () => secured(plain(upstream.place.port), upstream.place.ca)],
		['engine', () => tunnelled(engine.place)],
	] as const) {
		const sockets = await Promise.all(Array.from({length: connections}, dial));
		await load(sockets, 1);
		const before = await engine.cpu();
		const done = await load(sockets, seconds);
		const cpu = (await engine.cpu()) - before;
		const perRequest = name === 'engine' ? `, ${(cpu / done).toFixed(1)} us CPU/request` : '';
		stdout.write(`${name}: ${Math.round(done / seconds)} requests/s${perRequest}\n`);

		for (const socket of sockets) {
			socket.destroy();
		}
	}

	upstream.stop();
	engine.stop();
};

const start = async (side: string, args: readonly string[]) => {
	const child = fork(fileURLToPath(new URL('engine-side.js', import.meta.url)), [side, ...args]);
	const [place] = (await once(child, 'message')) as [BenchPlace];
	return {
		place,
		/** Microseconds of the process so far. */
		cpu: async (): Promise<number> => {
			child.send('cpu');
			const [used] = (await once(child, 'message')) as [number];
			return used;
		},
		stop: () => child.kill(),
	};
};

const plain = (port: number): Socket => connect({port, host: '127.0.0.1', noDelay: true});

const secured = async (socket: Socket, ca: string): Promise<Socket> => {
	const over = connectTls({socket, ca, servername: 'bench.test'});
	await once(over, 'secureConnect');
	return over;
};

const tunnelled = async ({port, ca}: BenchPlace): Promise<Socket> => {
	const socket = plain(port);
	socket.write('CONNECT bench.test:443 HTTP/1.1\r\nHost: bench.test:443\r\n\r\n');
	await once(socket, 'data');
	return secured(socket, ca);
};

/** One request in flight on each socket for so many seconds; the number of answers. */
const load = async (sockets: readonly Socket[], seconds: number): Promise<number> => {
	const until = performance.now() + seconds * 1000;
	const counts = await Promise.all(sockets.map(socket => drive(socket, until)));
	return counts.reduce((sum, count) => sum + count, 0);
};

const drive = (socket: Socket, until: number): Promise<number> =>
	new Promise((resolve, reject) => {
		let count = 0;
		let text = '';
		const take = (chunk: Buffer) => {
			text += chunk.toString('latin1');

			if (!text.endsWith('}')) {
				return;
			}

			text = '';
			count += 1;

			if (performance.now() < until) {
				socket.write(request);
			} else {
				socket.off('data', take).off('error', reject);
				resolve(count);
			}
		};
		socket.on('data', take).on('error', reject);
		socket.write(request);
	});

const request =
	'GET /v1/items?page=1 HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n';

await main();
