import process from 'node:process';
import type {ExecutionContext} from 'ava';
import {dispatch} from '../../cli/dispatch.ts';
import {temporaryDirectory} from './temp.ts';

export type Called = {
	readonly code: number;
	readonly out: string;
	readonly error: string;
	/** stdout as JSON lines. */
	readonly json: readonly unknown[];
};

export type CallOptions = {
	readonly home?: string;
	readonly environment?: Readonly<Record<string, string>>;
	/** stdout is a person's terminal. */
	readonly isTerminal?: boolean;
};

/** Runs a command line inside this process, in a home of its own. */
export async function call(
	t: ExecutionContext,
	argv: readonly string[],
	options: CallOptions = {},
): Promise<Called> {
	const written = {out: '', error: ''};
	const home = options.home ?? (await temporaryDirectory(t));
	const stream = (name: 'out' | 'error') => ({
		isTTY: name === 'out' && options.isTerminal === true,
		write(text: string) {
			written[name] += text;
		},
	});
	const code = await dispatch(
		argv,
		{
			environment: {OPENSHELL_STATE_DIR: `${home}/state`, NO_COLOR: '1', ...options.environment},
			person: {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0},
			home,
			workdir: home,
		},
		{stdout: stream('out'), stderr: stream('error')},
	);
	return {
		code,
		...written,
		get json() {
			return written.out
				.trim()
				.split('\n')
				.map(line => JSON.parse(line));
		},
	};
}
