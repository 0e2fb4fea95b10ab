import {type ChildProcess, spawn} from 'node:child_process';
import {constants} from 'node:fs';
import {open, readFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {Failure} from './failure.ts';
import {startWaitMs, stopWaitMs} from './limits.ts';
import {privateFolder} from './places.ts';

export type OwnProcessOptions = {
	/** `proxy start --json …`: a command of ours that prints one JSON line when it is ready. */
	readonly argv: readonly string[];
	/** Already scrubbed. */
	readonly environment: Readonly<Record<string, string>>;
	/** Gets what it says on stderr. */
	readonly log: string;
	/** `with-us`: it ends when we do, however we end. `alone`: it outlives us. */
	readonly life: 'with-us' | 'alone';
};

/** A gateway or proxy in a process of its own. */
export type OwnProcess = {
	readonly pid: number;
	/** What it said when it was ready. */
	readonly ready: unknown;
	/** How it ended: `signal SIGKILL`, `exit code 1`. */
	readonly ended: Promise<string>;
	/** Asks it to end; kills it where it does not within its time. */
	stop(): Promise<void>;
};

/** The file that is this program. */
export const mainFile = fileURLToPath(new URL('main.js', import.meta.url));

/**
Starts a command of ours and waits until it is ready. In a session of its own, so that Ctrl-C in the
user's terminal ends the program in the sandbox first and not the proxy under it.
*/
export async function startOwnProcess(options: OwnProcessOptions): Promise<OwnProcess> {
	await privateFolder(path.dirname(options.log));
	const log = await open(
		options.log,
		constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW,
		0o600,
	);
	const child = spawn(process.execPath, [mainFile, ...options.argv], {
		detached: true,
		cwd: '/',
		env: {...options.environment},
		stdio: [options.life === 'with-us' ? 'pipe' : 'ignore', 'pipe', log.fd],
	});
	child.stdin?.on('error', () => undefined);
	await log.close();
	const ended = new Promise<string>(resolve => {
		child.once('close', (code, signal) =>
			resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
		);
		child.once('error', error => resolve(error.message));
	});
	const line = await firstLine(child, ended);
	if (line === undefined) {
		child.kill('SIGKILL');
		throw new Failure(`The ${options.argv[0]} did not start: ${await lastWords(options.log)}`);
	}

	if (options.life === 'alone') {
		child.stdout?.destroy();
		child.unref();
	}

	return {pid: child.pid ?? -1, ready: JSON.parse(line), ended, stop: () => stop(child, ended)};
}

async function firstLine(child: ChildProcess, ended: Promise<string>): Promise<string | undefined> {
	if (child.stdout === null) {
		return undefined;
	}

	const lines = createInterface({input: child.stdout});
	const line = new Promise<string>(resolve => lines.once('line', resolve));
	let timer: NodeJS.Timeout | undefined;
	const tooLate = new Promise<undefined>(resolve => {
		timer = setTimeout(resolve, startWaitMs, undefined);
	});
	const first = await Promise.race([line, tooLate, ended.then(() => undefined)]);
	clearTimeout(timer);
	lines.close();
	return first;
}

async function lastWords(log: string): Promise<string> {
	const text = await readFile(log, 'utf8').catch(() => '');
	return (
		text
			.trim()
			.replaceAll(/^openshell: /gm, '')
			.split('\n')
			.slice(-3)
			.join(' ') || `it said nothing (see ${log}).`
	);
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
	child.kill('SIGTERM');
	const timer = setTimeout(() => child.kill('SIGKILL'), stopWaitMs);
	await ended;
	clearTimeout(timer);
}
