import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import {globalFlags} from '../../cli/command.ts';
import {loadConfig, type Surroundings} from '../../cli/config.ts';
import {parseFlags} from '../../cli/flags.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

async function surroundings(
	t: ExecutionContext,
	environment: Record<string, string> = {},
): Promise<Surroundings> {
	return {
		environment,
		person: {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0},
		home: await temporaryDirectory(t),
		workdir: await temporaryDirectory(t),
	};
}

const flags = (...argv: string[]) => parseFlags(globalFlags, argv).flags;

test('without anything the XDG folders of the home are used', async t => {
	const around = await surroundings(t);
	const config = await loadConfig(around, flags());
	t.is(config.stateDir, path.join(around.home, '.local/state/openshell'));
	t.is(config.runtimeDir, path.join(config.stateDir, 'run'));
	t.is(config.configFile, undefined);
	t.true(config.useColor);
});

test('flags beat variables, variables beat the file', async t => {
	const file = path.join(await temporaryDirectory(t), 'c.yaml');
	await writeFile(file, 'state_dir: /from/file\n', {mode: 0o600});
	const around = await surroundings(t, {OPENSHELL_CONFIG: file});
	t.is((await loadConfig(around, flags())).stateDir, '/from/file');
	const withVariable = {
		...around,
		environment: {...around.environment, OPENSHELL_STATE_DIR: '/from/variable'},
	};
	t.is((await loadConfig(withVariable, flags())).stateDir, '/from/variable');
	t.is((await loadConfig(withVariable, flags('--state-dir', '/from/flag'))).stateDir, '/from/flag');
});

test('a chosen state has its own runtime folder, the default one the user runtime folder', async t => {
	const around = await surroundings(t, {XDG_RUNTIME_DIR: '/run/user/7'});
	t.is((await loadConfig(around, flags())).runtimeDir, '/run/user/7/openshell');
	t.is((await loadConfig(around, flags('--state-dir', '/s'))).runtimeDir, '/s/run');
});

test('a configuration file in the current directory is never looked at', async t => {
	const around = await surroundings(t);
	await writeFile(path.join(around.workdir, 'config.yaml'), 'state_dir: /evil\n');
	await writeFile(path.join(around.workdir, 'openshell.yaml'), 'state_dir: /evil\n');
	t.not((await loadConfig(around, flags())).stateDir, '/evil');
});

test('relative XDG folders and empty variables are ignored', async t => {
	const around = await surroundings(t, {
		XDG_STATE_HOME: 'relative',
		XDG_CONFIG_HOME: '',
		OPENSHELL_STATE_DIR: '',
		XDG_RUNTIME_DIR: '',
		NO_COLOR: '1',
	});
	const config = await loadConfig(around, flags());
	t.is(config.stateDir, path.join(around.home, '.local/state/openshell'));
	t.false(config.useColor);
});

test('a named configuration file must exist', async t => {
	const around = await surroundings(t);
	await t.throwsAsync(loadConfig(around, flags('--config', 'missing.yaml')), {
		message: /Cannot read/,
	});
});
