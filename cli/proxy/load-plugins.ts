import path from 'node:path';
import {pathToFileURL} from 'node:url';
import type {MakePlugin} from '../../policies/model/plugin.ts';
import type {NamedPlugin} from '../../proxy/plugins.ts';
import type {Config} from '../config.ts';
import {Failure, messageOf} from '../failure.ts';
import {readTrustedFile} from '../trusted-file.ts';

/**
Loads third-party plugins: those of the configuration file that name a `module`, then those of
`--plugin`. A plugin that cannot be loaded stops the start; a half-guarded proxy never runs.
*/
export async function loadPlugins(
	config: Config,
	files: readonly string[],
): Promise<readonly NamedPlugin[]> {
	const configured = [...config.plugins].flatMap(([name, {module}]) =>
		module === undefined ? [] : [{name, file: configuredFile(config, name, module)}],
	);
	const named = files.map(file => ({
		name: path.basename(file).replace(/\.[^.]+$/, ''),
		file: path.resolve(config.workdir, file),
	}));
	const plugins: NamedPlugin[] = [];
	for (const {name, file} of [...configured, ...named]) {
		if (plugins.some(plugin => plugin.name === name)) {
			throw new Failure(`Two plugins are called '${name}'. Rename one.`);
		}

		plugins.push({name, make: await loadPlugin(config, name, file)});
	}

	return plugins;
}

/** Relative to the configuration file, never to the current directory. */
function configuredFile({configFile}: Config, name: string, module: unknown): string {
	if (typeof module !== 'string' || configFile === undefined) {
		throw new Failure(`plugins.${name}.module must be the path of a file.`);
	}

	return path.resolve(path.dirname(configFile), module);
}

async function loadPlugin({person}: Config, name: string, file: string): Promise<MakePlugin> {
	// Nobody else can have written it, nor swap it before it is loaded (X3).
	await readTrustedFile(file, person);
	try {
		const {plugin}: {plugin?: unknown} = await import(pathToFileURL(file).href);
		if (typeof plugin === 'function') {
			return plugin as MakePlugin;
		}
	} catch (error) {
		throw new Failure(`The plugin '${name}' (${file}) cannot be loaded: ${messageOf(error)}`);
	}

	throw new Failure(`The plugin '${name}' (${file}) has no export named 'plugin'.`);
}
