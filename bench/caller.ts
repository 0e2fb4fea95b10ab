import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync} from 'node:fs';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import process from 'node:process';
import {setImmediate} from 'node:timers/promises';
import {makeCallerOf} from '../proxy/caller.ts';

/** Milliseconds to tell who calls, on this machine as it is. Run by hand after a build. */
const rounds = 50;
const burst = 20;

const bench = async (): Promise<void> => {
	const sockets: Socket[] = [];
	const server = createServer(socket => {
		sockets.push(socket);
		server.emit('held');
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const {port} = server.address() as AddressInfo;
	const script = `for (let i = 0; i < ${burst}; i++) require('node:net').connect(${port}, '127.0.0.1'); process.stdin.resume()`;
	const child = spawn(process.execPath, ['-e', script], {stdio: ['pipe', 'ignore', 'inherit']});
	while (sockets.length < burst) {
		await once(server, 'held');
	}

	const callerOf = makeCallerOf({
		proc: '/proc',
		uid: process.getuid?.() ?? -1,
		ownPid: process.pid,
		rootPid: process.pid,
		now: () => performance.now(),
		pause: async () => setImmediate(),
	});
	/** A fresh connection object is a question nobody has answered yet. */
	const ask = async (socket: Socket) => {
		const found = await callerOf({
			id: '',
			remote: {address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0},
			local: {address: socket.localAddress ?? '', port: socket.localPort ?? 0},
		});
		if (!found.ok || found.value.pid !== child.pid) {
			throw new Error(JSON.stringify(found));
		}
	};

	const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name)).length;
	process.stdout.write(`${processes} processes\n`);
	await measure('one connection', async () => ask(sockets[0] as Socket));
	await measure(`${burst} connections at once`, async () => Promise.all(sockets.map(ask)));
	child.kill();
	for (const socket of sockets) {
		socket.destroy();
	}

	server.close();
};

const measure = async (title: string, work: () => Promise<unknown>): Promise<void> => {
	const times: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const start = performance.now();
		await work();
		times.push(performance.now() - start);
	}

	times.sort((a, b) => a - b);
	const [best, median, worst] = [0, rounds / 2, rounds - 1].map(at => (times[at] ?? 0).toFixed(2));
	process.stdout.write(
		`${title.padEnd(28)} best ${best} ms, median ${median} ms, worst ${worst} ms\n`,
	);
};

await bench();
