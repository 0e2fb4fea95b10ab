import {isMap, isScalar, LineCounter, type Pair, parseDocument, type YAMLMap} from 'yaml';
import {Failure} from './failure.ts';
import {nearest} from './nearest.ts';

/** What the configuration file may say; every key is optional, unknown keys are errors. */
export type ConfigFile = {
	readonly gateway?: string;
	readonly stateDir?: string;
	/** Under `plugins`: the plugin's name to its own settings. */
	readonly plugins: ReadonlyMap<string, PluginConfig>;
};

/** `module` is the file to load it from; the rest is handed to the plugin. */
export type PluginConfig = Readonly<Record<string, unknown>> & {readonly module?: string};

export const emptyConfigFile: ConfigFile = {plugins: new Map()};

const knownKeys = ['gateway', 'state_dir', 'plugins'];

/** Reads the YAML of the configuration file; the first problem is a failure with its place. */
export function parseConfigFile(text: string, file: string): ConfigFile {
	const lines = new LineCounter();
	const document = parseDocument(text, {lineCounter: lines, uniqueKeys: true, version: '1.2'});
	const fail = (message: string, offset = 0): never => {
		const {line, col} = lines.linePos(offset);
		throw new Failure(`${file}:${line}:${col}: ${message}`);
	};
	const [error] = document.errors;
	if (error !== undefined) {
		return fail(error.message.split('\n')[0] ?? 'not YAML', error.pos[0]);
	}

	if (document.contents === null) {
		return emptyConfigFile;
	}

	if (!isMap(document.contents)) {
		return fail('the file must hold keys and values');
	}

	for (const pair of document.contents.items) {
		checkKey(pair, fail);
	}

	return {
		...optionalText(document.contents, 'gateway', 'gateway', fail),
		...optionalText(document.contents, 'state_dir', 'stateDir', fail),
		plugins: readPlugins(document.contents, fail),
	};
}

type Fail = (message: string, offset?: number) => never;

function checkKey({key}: Pair, fail: Fail): void {
	const name = isScalar(key) ? String(key.value) : '';
	if (knownKeys.includes(name)) {
		return;
	}

	const near = nearest(name, knownKeys);
	const hint =
		near === undefined ? `It may hold ${knownKeys.join(', ')}.` : `Did you mean '${near}'?`;
	fail(`unknown key '${name}'. ${hint}`, offsetOf(key));
}

function optionalText<K extends string>(map: YAMLMap, key: string, as: K, fail: Fail) {
	const node = map.get(key, true);
	if (node === undefined) {
		return {};
	}

	return typeof node.value === 'string' && node.value !== ''
		? ({[as]: node.value} as Record<K, string>)
		: fail(`'${key}' must be text`, offsetOf(node));
}

function readPlugins(map: YAMLMap, fail: Fail): ReadonlyMap<string, PluginConfig> {
	const node = map.get('plugins', true) as unknown;
	if (node === undefined) {
		return new Map();
	}

	if (!isMap(node)) {
		return fail("'plugins' must map names to settings", offsetOf(node));
	}

	return new Map(
		node.items.map(({key, value}): [string, PluginConfig] => {
			const name = isScalar(key) ? String(key.value) : '';
			if (!/^[a-z0-9_-]{1,64}$/.test(name)) {
				return fail('a plugin name is 1 to 64 of a-z, 0-9, _ and -', offsetOf(key));
			}

			return isMap(value)
				? [name, value.toJSON() as PluginConfig]
				: fail(`'plugins.${name}' must hold keys and values`, offsetOf(value ?? key));
		}),
	);
}

const offsetOf = (node: unknown): number =>
	(node as {range?: [number, number, number]} | null)?.range?.[0] ?? 0;
