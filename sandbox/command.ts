import {spawn} from 'node:child_process';
import {constants} from 'node:os';

export type SandboxCommand = {
	readonly file: string;
	readonly parameters: readonly string[];
	readonly environment: Readonly<Record<string, string>>;
	readonly workdir: string;
};

/** The program in the sandbox while it runs. */
export type RunningCommand = {
	readonly pid: number;
	/** Its own exit code, or 128 and the number of the signal that ended it, as a shell says it. */
	readonly ended: Promise<number>;
	signal(name: NodeJS.Signals): void;
};

/**
Starts the user's program with our terminal and files. Rejects, with the reason, where it could not
be started at all.
*/
export function startCommand(command: SandboxCommand): Promise<RunningCommand> {
	const child = spawn(command.file, [...command.parameters], {
		cwd: command.workdir,
		env: {...command.environment},
		stdio: 'inherit',
	});
	const ended = new Promise<number>(resolve => {
		child.once('exit', (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
	});
	return new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('spawn', () => {
			resolve({pid: child.pid ?? -1, ended, signal: name => void child.kill(name)});
		});
	});
}

const signalNumber = (name: NodeJS.Signals | null): number =>
	name === null ? 0 : constants.signals[name];
