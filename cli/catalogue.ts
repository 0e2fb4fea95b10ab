import type {Command} from './command.ts';

export type Entry = {
	readonly name: string;
	readonly summary: string;
	/** Loaded only when called, so that a proxy never loads the gateway's database or the dashboard's terminal. */
	load(): Promise<Command>;
};

/** Every command, in the order of the help. */
export const catalogue: readonly Entry[] = [];
