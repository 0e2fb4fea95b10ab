import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {copyFile, mkdtemp, realpath, rm} from 'node:fs/promises';
import {type AddressInfo, connect, createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate} from 'node:timers/promises';
import test, {type ExecutionContext} from 'ava';
import {type CallerDeps, makeCallerOf} from '../../proxy/caller.ts';
import type {ClientConnection} from '../../proxy/gate.ts';

const uid = process.getuid?.() ?? 0;
const deps: CallerDeps = {
	proc: '/proc',
	uid,
	ownPid: process.pid,
	rootPid: process.pid,
	now: () => performance.now(),
	pause: async () => setImmediate(),
};

type Listener = {readonly server: Server; readonly port: number; next(): Promise<Socket>};

const listen = async (t: ExecutionContext, host = '127.0.0.1'): Promise<Listener> => {
	const accepted: Socket[] = [];
	const server = createServer(socket => {
		socket.on('error', () => undefined);
		accepted.push(socket);
		server.emit('held');
	});
	server.listen(0, host);
	await once(server, 'listening');
	t.teardown(() => {
		for (const socket of accepted) {
			socket.destroy();
		}

		server.close();
	});
	let taken = 0;
	return {
		server,
		port: (server.address() as AddressInfo).port,
		async next() {
			while (accepted.length <= taken) {
				await once(server, 'held');
			}

			const socket = accepted[taken];
			taken += 1;
			return socket as Socket;
		},
	};
};

const connectionOf = (socket: Socket): ClientConnection => ({
	id: `${socket.remotePort}`,
	remote: {address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0},
	local: {address: socket.localAddress ?? '', port: socket.localPort ?? 0},
});

const start = (t: ExecutionContext, command: string, args: readonly string[]): ChildProcess => {
	const child = spawn(command, [...args], {stdio: ['pipe', 'ignore', 'ignore']});
	t.teardown(() => child.kill('SIGKILL'));
	return child;
};

const holdOpen = (port: number, host = '127.0.0.1'): readonly string[] => [
	'-e',
	`require('node:net').connect(${port}, ${JSON.stringify(host)}).on('error', () => {}); process.stdin.on('end', () => process.exit()).resume()`,
];

test('a real child process is found by its socket, with its executable', async t => {
	const listener = await listen(t);
	const child = start(t, process.execPath, holdOpen(listener.port));
	const found = await makeCallerOf(deps)(connectionOf(await listener.next()));
	t.deepEqual(found, {
		ok: true,
		value: {binary: await realpath(process.execPath), ancestors: [], pid: child.pid ?? 0},
	});
});

test('ancestors are listed up to, and without, the root process', async t => {
	const listener = await listen(t);
	const [execute, ...script] = [process.execPath, ...holdOpen(listener.port)];
	// The shell stays the parent because a command follows.
	start(t, '/bin/sh', ['-c', `"$0" "$@"; exit 0`, execute ?? '', ...script]);
	const found = await makeCallerOf(deps)(connectionOf(await listener.next()));
	t.like(found, {ok: true, value: {ancestors: [await realpath('/bin/sh')]}});
});

test('a client that reaches IPv4 through a mapped IPv6 socket is found', async t => {
	const listener = await listen(t, '::');
	const child = start(t, process.execPath, holdOpen(listener.port, '::ffff:127.0.0.1'));
	t.like(await makeCallerOf(deps)(connectionOf(await listener.next())), {
		ok: true,
		value: {pid: child.pid ?? 0},
	});
});

test('a client over IPv6 is found', async t => {
	const listener = await listen(t, '::1');
	const child = start(t, process.execPath, holdOpen(listener.port, '::1'));
	t.like(await makeCallerOf(deps)(connectionOf(await listener.next())), {
		ok: true,
		value: {pid: child.pid ?? 0},
	});
});

test('a client that is gone is unknown', async t => {
	const listener = await listen(t);
	const client = connect(listener.port, '127.0.0.1');
	const socket = await listener.next();
	const connection = connectionOf(socket);
	client.destroy();
	socket.resume();
	await once(socket, 'close');
	t.false((await makeCallerOf(deps)(connection)).ok);
});

test('a client in our own process is found, too', async t => {
	const listener = await listen(t);
	const client = connect(listener.port, '127.0.0.1');
	t.teardown(() => client.destroy());
	const found = await makeCallerOf({...deps, rootPid: undefined})(
		connectionOf(await listener.next()),
	);
	t.like(found, {ok: true, value: {pid: process.pid}});
});

test("a socket of another user's is not believed", async t => {
	const listener = await listen(t);
	const client = connect(listener.port, '127.0.0.1');
	t.teardown(() => client.destroy());
	const found = await makeCallerOf({...deps, uid: uid + 1})(connectionOf(await listener.next()));
	t.deepEqual(found, {ok: false, error: `the socket belongs to another user (uid ${uid})`});
});

test('a program whose file was deleted is unknown', async t => {
	const folder = await mkdtemp(join(tmpdir(), 'caller-'));
	t.teardown(async () => rm(folder, {recursive: true, force: true}));
	const program = join(folder, 'program');
	await copyFile(process.execPath, program);
	const listener = await listen(t);
	start(t, program, holdOpen(listener.port));
	const connection = connectionOf(await listener.next());
	await rm(program);
	const found = await makeCallerOf(deps)(connection);
	t.false(found.ok);
	t.regex(found.ok ? '' : found.error, /deleted or replaced/);
});

test('a socket shared by two different programs is ambiguous', async t => {
	const listener = await listen(t);
	// Bash opens the socket, and its child inherits it.
	start(t, '/bin/bash', [
		'-c',
		`exec 3<>/dev/tcp/127.0.0.1/${listener.port}; ${process.execPath} -e 'require("node:net").connect(${listener.port}, "127.0.0.1"); process.stdin.resume()'; exit 0`,
	]);
	const shared = connectionOf(await listener.next());
	// The second connection says that the child runs.
	await listener.next();
	const found = await makeCallerOf(deps)(shared);
	t.false(found.ok);
	t.regex(found.ok ? '' : found.error, /^ambiguous shared socket ownership: .*bash.*, .*node/);
});

test('a burst of connections is identified by a few scans, each with its own process', async t => {
	const listener = await listen(t);
	const children = [1, 2, 3].map(() => start(t, process.execPath, holdOpen(listener.port)));
	const sockets = [await listener.next(), await listener.next(), await listener.next()];
	const callerOf = makeCallerOf(deps);
	const found = await Promise.all(sockets.map(async socket => callerOf(connectionOf(socket))));
	t.deepEqual(
		found.map(each => (each.ok ? each.value.pid : 0)).sort(),
		children.map(child => child.pid).sort(),
	);
});

test('an answer is kept for the connection, also when its process has ended', async t => {
	const listener = await listen(t);
	const child = start(t, process.execPath, holdOpen(listener.port));
	const socket = await listener.next();
	const connection = connectionOf(socket);
	const callerOf = makeCallerOf(deps);
	const first = await callerOf(connection);
	child.kill('SIGKILL');
	socket.resume();
	await once(socket, 'close');
	t.deepEqual(await callerOf(connection), first);
});

test('an unreadable /proc makes every caller unknown', async t => {
	const nowhere = join(tmpdir(), 'no-such-proc');
	const found = await makeCallerOf({...deps, proc: nowhere})({
		id: 'x',
		remote: {address: '127.0.0.1', port: 1},
		local: {address: '127.0.0.1', port: 2},
	});
	t.deepEqual(found, {ok: false, error: '/proc could not be read'});
});
