import {chmod, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test, {type ExecutionContext} from 'ava';
import type {Config} from '../../../cli/config.ts';
import {loadPlugins} from '../../../cli/proxy/load-plugins.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

async function makeConfig(t: ExecutionContext, plugins: Config['plugins'] = new Map()) {
	const folder = await temporaryDirectory(t);
	const config: Config = {
		given: [],
		environment: {},
		person: {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0},
		workdir: folder,
		stateDir: folder,
		runtimeDir: folder,
		configFile: path.join(folder, 'config.yaml'),
		plugins,
		useColor: false,
	};
	return {folder, config};
}

const source = 'export const plugin = () => ({name: "extra"});\n';

test('plugins of the configuration and of the command line are loaded, in that order', async t => {
	const {folder, config} = await makeConfig(
		t,
		new Map([
			['one', {module: './one.mjs'}],
			['settings-only', {level: 1}],
		]),
	);
	await writeFile(path.join(folder, 'one.mjs'), source, {mode: 0o600});
	await writeFile(path.join(folder, 'two.mjs'), source, {mode: 0o600});
	const plugins = await loadPlugins(config, ['two.mjs']);
	t.deepEqual(
		plugins.map(({name}) => name),
		['one', 'two'],
	);
	t.is(plugins[0]?.make({} as never).name, 'extra');
});

test('a plugin that others can write is refused before it runs', async t => {
	const {folder, config} = await makeConfig(t);
	const file = path.join(folder, 'evil.mjs');
	await writeFile(file, 'throw new Error("it ran");\n');
	await chmod(file, 0o666);
	await t.throwsAsync(loadPlugins(config, [file]), {message: /can be written by other users/});
});

for (const [name, text, message] of [
	[
		'broken',
		'throw new Error("broken at start");\n',
		/'broken'.*cannot be loaded: broken at start/,
	],
	['other', 'export const something = 1;\n', /no export named 'plugin'/],
	['value', 'export const plugin = {};\n', /no export named 'plugin'/],
] as const) {
	test(`the plugin '${name}' stops the start`, async t => {
		const {folder, config} = await makeConfig(t);
		await writeFile(path.join(folder, `${name}.mjs`), text, {mode: 0o600});
		await t.throwsAsync(loadPlugins(config, [`${name}.mjs`]), {message});
	});
}

test('two plugins of one name are refused', async t => {
	const {folder, config} = await makeConfig(t, new Map([['one', {module: './one.mjs'}]]));
	await writeFile(path.join(folder, 'one.mjs'), source, {mode: 0o600});
	await t.throwsAsync(loadPlugins(config, ['one.mjs']), {message: /Two plugins are called 'one'/});
});
