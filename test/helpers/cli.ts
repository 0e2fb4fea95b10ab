import {type ChildProcess, spawn} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {ExecutionContext} from 'ava';
import {readSurroundings} from '../../cli/config.ts';

const mainFile = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

export type CliResult = {readonly code: number; readonly stdout: string; readonly stderr: string};

export type CliOptions = {
	readonly environment?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly input?: string;
};

/** A fresh environment: nothing of the developer's own configuration. */
function baseEnvironment(home: string): Record<string, string> {
	const {environment} = readSurroundings();
	const kept = ['PATH', 'TMPDIR', 'NODE_V8_COVERAGE'].flatMap(name => {
		const value = environment[name];
		return value === undefined ? [] : [[name, value]];
	});
	return {...Object.fromEntries(kept), HOME: home};
}

/** Starts the real program; it is killed at the end of the test if it still runs. */
export function startCli(
	t: ExecutionContext,
	home: string,
	argv: readonly string[],
	options: CliOptions = {},
): ChildProcess {
	const child = spawnCli(home, argv, options);
	t.teardown(() => {
		child.kill('SIGKILL');
	});
	return child;
}

/** Stops the gateway that a `run` of the test started in the background. */
export function stopGatewayAfter(t: ExecutionContext, home: string): void {
	t.teardown(async () => {
		const argv = ['gateway', 'stop', '--state-dir', path.join(home, 'state')];
		const child = spawnCli(home, argv, {cwd: '/'});
		await new Promise(resolve => {
			child.once('exit', resolve);
		});
	});
}

function spawnCli(
	home: string,
	argv: readonly string[],
	{environment = {}, cwd = home}: CliOptions,
): ChildProcess {
	return spawn(process.execPath, [mainFile, ...argv], {
		cwd,
		env: {...baseEnvironment(home), ...environment},
		stdio: ['pipe', 'pipe', 'pipe'],
	});
}

/** Runs the real program to its end. */
export async function runCli(
	t: ExecutionContext,
	home: string,
	argv: readonly string[],
	options: CliOptions = {},
): Promise<CliResult> {
	const child = startCli(t, home, argv, options);
	const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
	child.stdin?.on('error', () => undefined);
	child.stdin?.end(options.input ?? '');
	const code = await new Promise<number>(resolve => {
		child.once('close', status => resolve(status ?? -1));
	});
	return {code, stdout: await stdout, stderr: await stderr};
}

export async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
	let text = '';
	for await (const part of stream ?? []) {
		text += String(part);
	}

	return text;
}

/** Resolves with the first line that holds `wanted`; rejects when the stream ends without it. */
export async function lineWith(
	stream: NodeJS.ReadableStream | null,
	wanted: string,
): Promise<string> {
	let text = '';
	return new Promise((resolve, reject) => {
		stream?.on('data', part => {
			text += String(part);
			const line = text
				.split('\n')
				.slice(0, -1)
				.find(candidate => candidate.includes(wanted));
			if (line !== undefined) {
				resolve(line);
			}
		});
		stream?.once('end', () => reject(new Error(`no line with '${wanted}' in: ${text}`)));
	});
}
