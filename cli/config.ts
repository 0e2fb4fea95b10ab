import {access} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {type ConfigFile, emptyConfigFile, parseConfigFile} from './config-file.ts';
import {type Flags, kebab} from './flags.ts';
import {readTrustedFile} from './trusted-file.ts';
import {type Person, thisPerson} from './trusted-path.ts';

/** Everything a command may know of its surroundings, read once. */
export type Config = {
	/** The variables this process was started with; only `sandbox` and `scrub` pass any on. */
	readonly environment: Environment;
	readonly person: Person;
	readonly workdir: string;
	readonly stateDir: string;
	/** Holds the reviewer socket and `gateway.json`. */
	readonly runtimeDir: string;
	/** `--config`, `--state-dir`, `--runtime-dir`, `--gateway` as typed: what another command needs to find the same. */
	readonly given: readonly string[];
	/** A gateway named by the user, as typed; absent: the one in `runtimeDir`. */
	readonly gateway?: string;
	/** The file that was read, if any. */
	readonly configFile?: string;
	/** The configuration of each third-party plugin, by name. */
	readonly plugins: ConfigFile['plugins'];
	readonly useColor: boolean;
};

export type Environment = Readonly<Record<string, string>>;

/** The process as it was started: the only place that looks at it. */
export type Surroundings = {
	readonly environment: Environment;
	readonly person: Person;
	readonly home: string;
	readonly workdir: string;
};

export const readSurroundings = (): Surroundings => ({
	environment: Object.fromEntries(
		Object.entries(process.env).flatMap(([name, value]) =>
			value === undefined ? [] : [[name, value]],
		),
	),
	person: thisPerson(),
	home: homedir(),
	workdir: process.cwd(),
});

/**
Flags beat variables, variables beat the file, the file beats the defaults. The current directory is
never searched: a hostile repository must not configure who guards it.
*/
export async function loadConfig(surroundings: Surroundings, flags: Flags): Promise<Config> {
	const {environment, person, workdir} = surroundings;
	const {file, content} = await findConfigFile(surroundings, flags.text('config'));
	const chosenState =
		flags.text('stateDir') ?? set(environment, 'OPENSHELL_STATE_DIR') ?? content.stateDir;
	const stateDir = path.resolve(
		workdir,
		chosenState ?? path.join(xdg(surroundings, 'XDG_STATE_HOME', '.local/state'), 'openshell'),
	);
	const gateway = flags.text('gateway') ?? set(environment, 'OPENSHELL_GATEWAY') ?? content.gateway;
	return {
		environment,
		person,
		workdir,
		stateDir,
		runtimeDir: path.resolve(
			workdir,
			flags.text('runtimeDir') ??
				runtimeDirectory(environment, stateDir, chosenState !== undefined),
		),
		given: placeFlags.flatMap(name => asTyped(name, flags)),
		...(gateway !== undefined && {gateway}),
		...(file !== undefined && {configFile: file}),
		plugins: content.plugins,
		useColor: set(environment, 'NO_COLOR') === undefined && environment['TERM'] !== 'dumb',
	};
}

const placeFlags = ['config', 'stateDir', 'runtimeDir', 'gateway'];

function asTyped(name: string, flags: Flags): string[] {
	const value = flags.text(name);
	return value === undefined ? [] : [`--${kebab(name)}`, value];
}

async function findConfigFile(
	surroundings: Surroundings,
	flag: string | undefined,
): Promise<{file: string | undefined; content: ConfigFile}> {
	const {environment, person, workdir} = surroundings;
	const named = flag ?? set(environment, 'OPENSHELL_CONFIG');
	const file = path.resolve(
		workdir,
		named ?? path.join(xdg(surroundings, 'XDG_CONFIG_HOME', '.config'), 'openshell', 'config.yaml'),
	);
	if (named === undefined && !(await exists(file))) {
		return {file: undefined, content: emptyConfigFile};
	}

	return {file, content: parseConfigFile(await readTrustedFile(file, person), file)};
}

/** A private state must not share the gateway of the user's own one, so it has its own runtime folder. */
function runtimeDirectory(environment: Environment, stateDir: string, isChosen: boolean): string {
	const runtime = set(environment, 'XDG_RUNTIME_DIR');
	return runtime === undefined || isChosen || !path.isAbsolute(runtime)
		? path.join(stateDir, 'run')
		: path.join(runtime, 'openshell');
}

/** The XDG rule: a relative path in these variables is ignored. */
function xdg({environment, home}: Surroundings, name: string, fallback: string): string {
	const value = set(environment, name);
	return value !== undefined && path.isAbsolute(value) ? value : path.join(home, fallback);
}

/** An empty variable counts as unset. */
const set = (environment: Environment, name: string): string | undefined =>
	environment[name] === '' ? undefined : environment[name];

const exists = async (file: string): Promise<boolean> =>
	access(file).then(
		() => true,
		() => false,
	);
