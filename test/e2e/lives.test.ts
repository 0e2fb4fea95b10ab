import type {ChildProcess} from 'node:child_process';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';
import test from 'ava';
import {collect, lineWith, runCli, startCli, stopGatewayAfter} from '../helpers/cli.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {until} from '../helpers/wait.ts';

const runArgv = ['run', '--state-dir', 'state', '--allow-unenforced', '--name', 'job', '--'];

const ended = (child: ChildProcess): Promise<number | null> =>
	new Promise(resolve => {
		child.once('close', resolve);
	});

/** The number of the proxy's process, from its own record. */
/** Its log says it, a moment after it began to listen. */
async function proxyPid(home: string): Promise<number> {
	const folder = path.join(home, 'state/sandboxes/job/logs');
	let pid = Number.NaN;
	await until(async () => {
		const [name] = (await readdir(folder)).filter(file => file.startsWith('openshell.'));
		const text = name === undefined ? '' : await readFile(path.join(folder, name), 'utf8');
		pid = Number([...text.matchAll(/LIFECYCLE:START.*pid:(\d+)/g)].at(-1)?.[1]);
		return !Number.isNaN(pid);
	});
	return pid;
}

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
};

async function untilGone(pid: number): Promise<void> {
	while (isAlive(pid)) {
		await pause(20);
	}
}

test('run starts a gateway where none is running, two at once share it, and it can be stopped', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const other = ['run', '--state-dir', 'state', '--allow-unenforced', '--name', 'other', '--'];
	const [one, two] = await Promise.all([
		runCli(t, home, [...runArgv, 'sh', '-c', 'exit 3']),
		runCli(t, home, [...other, 'sh', '-c', 'exit 4']),
	]);
	t.is(one.code, 3, one.stderr);
	t.is(two.code, 4, two.stderr);
	const {stdout} = await runCli(t, home, ['sandbox', 'list', '--json', '--state-dir', 'state']);
	t.deepEqual(
		JSON.parse(stdout)
			.map(({name}: {name: string}) => name)
			.sort(),
		['job', 'other'],
	);
	const stopped = await runCli(t, home, ['gateway', 'stop', '--json', '--state-dir', 'state']);
	t.deepEqual(JSON.parse(stopped.stdout), {stopped: true});
	t.is((await runCli(t, home, ['gateway', 'status', '--state-dir', 'state'])).code, 5);
});

test('a signal to run reaches the command, and the proxy is gone with it', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [...runArgv, 'sh', '-c', 'echo ready; exec sleep 120']);
	const over = ended(child);
	void collect(child.stderr);
	await lineWith(child.stdout, 'ready');
	const pid = await proxyPid(home);
	t.true(isAlive(pid));
	child.kill('SIGTERM');
	t.is(await over, 143);
	t.false(isAlive(pid));
});

test('a proxy does not outlive the run that started it, even when that is killed', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [...runArgv, 'sh', '-c', 'echo ready $$; exec sleep 120']);
	void collect(child.stderr);
	const [, command = ''] = (await lineWith(child.stdout, 'ready')).split(' ');
	const pid = await proxyPid(home);
	child.kill('SIGKILL');
	await untilGone(pid);
	process.kill(Number(command), 'SIGKILL');
	t.pass();
});

test('a proxy that is killed is noticed, said, and the command still ends by its own code', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [...runArgv, 'sh', '-c', 'echo ready; read line; exit 9']);
	const over = ended(child);
	const said = lineWith(child.stderr, 'The proxy of this sandbox ended by itself');
	await lineWith(child.stdout, 'ready');
	process.kill(await proxyPid(home), 'SIGKILL');
	t.regex(await said, /\(signal SIGKILL\)\. The command has no network any more: end it and start/);
	child.stdin?.end('\n');
	t.is(await over, 9);
});

test('a gateway that is killed is started again by whoever reviews, and its proxies come back', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [
		...[...runArgv, 'sh', '-c'],
		'echo ready; for i in $(seq 150); do curl -sS -m 9 http://closed.test/; echo; sleep 0.2; done',
	]);
	const over = ended(child);
	void collect(child.stderr);
	await lineWith(child.stdout, 'ready');
	const place = path.join(home, 'state/run/gateway.json');
	const {pid} = JSON.parse(await readFile(place, 'utf8'));
	process.kill(pid, 'SIGKILL');
	await untilGone(pid);
	// The proxy goes on enforcing without it.
	await lineWith(child.stdout, 'policy_denied');
	const cli = (...argv: string[]) => runCli(t, home, [...argv, '--state-dir', 'state']);
	const rules = await cli('rule', 'get', 'job');
	t.is(rules.code, 0, rules.stderr);
	t.regex(rules.stderr, /The gateway had been killed; it runs again \(pid \d+\)\./);
	for (let list = ''; !list.includes('running'); ) {
		list = (await cli('sandbox', 'list')).stdout;
	}

	const stopped = await cli('gateway', 'stop');
	t.is(stopped.code, 0, stopped.stderr);
	t.is((await cli('rule', 'get', 'job')).code, 5, 'one that was stopped stays stopped');
	child.kill('SIGTERM');
	await over;
});

test('a second live run of one name is refused, and so is the name from another directory', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [...runArgv, 'sh', '-c', 'echo ready; exec sleep 120']);
	void collect(child.stderr);
	await lineWith(child.stdout, 'ready');
	const second = await runCli(t, home, [...runArgv, 'true']);
	t.is(second.code, 125, second.stderr);
	const over = ended(child);
	child.kill('SIGTERM');
	await over;
	const elsewhere = await temporaryDirectory(t);
	const absolute = runArgv.map(word => (word === 'state' ? path.join(home, 'state') : word));
	const moved = await runCli(t, home, [...absolute, 'true'], {cwd: elsewhere});
	t.is(moved.code, 125, moved.stderr);
	t.regex(moved.stderr, /--resume|resume/);
	const resumed = absolute.toSpliced(-1, 0, '--resume');
	t.is((await runCli(t, home, [...resumed, 'true'], {cwd: elsewhere})).code, 0);
});

test('variables that could subvert the proxy do not reach it (X18)', async t => {
	t.timeout(90_000);
	const home = await temporaryDirectory(t);
	stopGatewayAfter(t, home);
	const child = startCli(t, home, [...runArgv, 'sh', '-c', 'echo ready; exec sleep 120'], {
		environment: {
			NODE_TLS_REJECT_UNAUTHORIZED: '0',
			HTTPS_PROXY: 'http://evil',
			GITHUB_TOKEN: 'secret',
		},
	});
	void collect(child.stderr);
	await lineWith(child.stdout, 'ready');
	const environment = await readFile(`/proc/${await proxyPid(home)}/environ`, 'latin1');
	t.true(environment.includes('PATH='));
	for (const name of ['NODE_TLS_REJECT_UNAUTHORIZED', 'HTTPS_PROXY', 'GITHUB_TOKEN', 'secret']) {
		t.false(environment.includes(name), name);
	}

	const over = ended(child);
	child.kill('SIGTERM');
	await over;
});
