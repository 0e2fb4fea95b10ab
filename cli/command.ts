import type {Config} from './config.ts';
import type {ExitCode} from './exit-codes.ts';
import type {FlagSpecs, Parsed} from './flags.ts';
import type {Output} from './output.ts';

/** One verb of the command line; its help is made from these fields. */
export type Command = {
	/** As typed: `rule get`. */
	readonly name: string;
	/** One sentence. */
	readonly summary: string;
	/** What follows the name in the usage line. */
	readonly operands: string;
	/** More to know, in whole sentences; shown under the usage line. */
	readonly notes?: readonly string[];
	readonly flags: FlagSpecs;
	/** Whole command lines. */
	readonly examples: readonly string[];
	run(call: Call): Promise<ExitCode>;
};

/** One call of a command. */
export type Call = Parsed & {
	/** The whole command line, as given. */
	readonly argv: readonly string[];
	/** What stood after `--`. */
	readonly rest: readonly string[] | undefined;
	readonly config: Config;
	readonly output: Output;
};

/** Flags that every command takes. */
export const globalFlags: FlagSpecs = {
	config: {type: 'text', value: 'FILE', about: 'configuration file'},
	stateDir: {type: 'text', value: 'DIR', about: 'where databases, keys and logs live'},
	runtimeDir: {type: 'text', value: 'DIR', about: 'where sockets live; default: beside the state'},
	gateway: {type: 'text', value: 'SOCKET', about: "the gateway's reviewer socket"},
	help: {type: 'boolean', short: 'h', about: 'show this help'},
};

export const jsonFlag: FlagSpecs = {
	json: {type: 'boolean', about: 'print JSON for scripts'},
};
