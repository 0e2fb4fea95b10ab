import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {lineWith, runCli, startCli} from '../helpers/cli.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {until} from '../helpers/wait.ts';

type Told = {
	step: string;
	status?: number;
	layer?: string;
	ok?: boolean;
	waited_ms?: number;
	broader?: boolean;
};

test('the demo ends with the repository created, the commit pushed, and nothing left behind', async t => {
	t.timeout(120_000);
	const home = await temporaryDirectory(t);
	const {code, stdout, stderr} = await runCli(t, home, ['demo', '--json'], {
		environment: {TMPDIR: home},
	});
	const steps: Told[] = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	t.is(code, 0, `${stdout}\n${stderr}`);
	const names = steps.map(({step}) => step);
	t.deepEqual(names, [
		'prepared',
		'request',
		'started',
		'request',
		'denied',
		'read_skill',
		'proposed',
		'review',
		'ruled',
		'waited',
		'request',
		'pushing',
		'push_refused',
		'denied',
		'proposed',
		'review',
		'ruled',
		'waited',
		'pushed',
		'verified',
		'finished',
	]);
	t.deepEqual(
		steps.filter(({step}) => step === 'request').map(({status}) => status),
		[200, 403, 201],
	);
	t.deepEqual(
		steps.filter(({step}) => step === 'denied').map(({layer}) => layer),
		['l7', 'l4'],
	);
	t.deepEqual(
		steps.filter(({step}) => step === 'proposed').map(({broader}) => broader),
		[false, true],
	);
	t.like(steps.at(-1), {step: 'finished', ok: true});
	t.log(
		`waits ended after ${steps.flatMap(({waited_ms: waited}) => waited ?? []).join(' and ')} ms`,
	);
	t.deepEqual(await readdir(home), []);
});

test('a demo whose reader leaves takes its folder and its processes with it', async t => {
	t.timeout(60_000);
	const home = await temporaryDirectory(t);
	const demo = startCli(t, home, ['demo', '--json'], {environment: {TMPDIR: home}});
	const ended = new Promise(resolve => {
		demo.once('exit', resolve);
	});
	const {state_dir: state} = JSON.parse(await lineWith(demo.stdout, '"prepared"'));
	const {pid} = JSON.parse(await readFile(path.join(state, 'run', 'gateway.json'), 'utf8'));
	t.notThrows(() => process.kill(pid, 0));
	demo.stdout?.destroy();
	await ended;
	await until(() => !isAlive(pid));
	t.deepEqual(await readdir(home), []);
});

const isAlive = (pid: number): boolean => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};
