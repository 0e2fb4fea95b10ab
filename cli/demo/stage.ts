import {randomBytes} from 'node:crypto';
import {rmSync} from 'node:fs';
import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Config} from '../config.ts';
import {startOwnProcess} from '../own-process.ts';
import {scrubbed} from '../scrub.ts';
import {type GithubStandIn, githubNames, startGithub} from './github/server.ts';
import {demoPolicy} from './policy.ts';

export const demoSandbox = 'demo';
const standInLogin = 'demo-user';

/** Everything the story needs, in one private folder that is removed afterwards. */
export type Stage = {
	readonly directory: string;
	readonly stateDir: string;
	readonly gatewaySocket: string;
	/** Of the repository the agent is to create. */
	readonly repository: string;
	readonly token: string;
	readonly github: GithubStandIn | undefined;
	/** `run …`: how the agent is started in its sandbox. */
	readonly runArgv: readonly string[];
	close(): Promise<void>;
};

export type StageOptions = {
	readonly config: Config;
	/** A token for the real GitHub; absent: the stand-in. */
	readonly githubToken: string | undefined;
	readonly keep: boolean;
	readonly now: () => number;
};

/** Builds the stage: GitHub, policy, and a gateway of its own. */
export async function buildStage(options: StageOptions): Promise<Stage> {
	const ending: (() => Promise<unknown>)[] = [];
	const close = async (): Promise<void> => {
		for (const end of ending.splice(0).reverse()) {
			await end();
		}
	};

	try {
		return {...(await build(options, ending)), close};
	} catch (error) {
		await close();
		throw error;
	}
}

async function build(
	{config, githubToken, keep, now}: StageOptions,
	ending: (() => Promise<unknown>)[],
): Promise<Omit<Stage, 'close'>> {
	const directory = await realpath(await mkdtemp(path.join(tmpdir(), 'openshell-demo-')));
	if (!keep) {
		ending.push(removed(directory));
	}

	const stateDir = path.join(directory, 'state');
	const token = githubToken ?? `ghp_${randomBytes(18).toString('hex')}`;
	const github = githubToken === undefined ? await standIn(directory, token, now) : undefined;
	if (github !== undefined) {
		ending.push(() => github.close());
	}

	const policyFile = path.join(directory, 'policy.yaml');
	await writeFile(policyFile, demoPolicy(await realpath(process.execPath)), {mode: 0o600});
	const gateway = await startOwnProcess({
		argv: ['gateway', 'start', '--json', '--with-parent', '--state-dir', stateDir],
		environment: scrubbed(config.environment),
		log: path.join(directory, 'gateway.stderr'),
		life: 'with-us',
	});
	ending.push(() => gateway.stop());
	const repository = `openshell-demo-${randomBytes(3).toString('hex')}`;
	const overrides = github === undefined ? [] : await overridesFor(github, directory);
	return {
		directory,
		stateDir,
		gatewaySocket: path.join(stateDir, 'run', 'gateway.sock'),
		repository,
		token,
		github,
		runArgv: [
			...['run', '--state-dir', stateDir, '--name', demoSandbox, '--policy', policyFile],
			...['--allow-unenforced', ...overrides, '--', process.execPath],
			...[
				fileURLToPath(new URL('agent.js', import.meta.url)),
				repository,
				await agentFolder(directory),
			],
		],
	};
}

/** Removes the folder, also where the program ends at once, as it does when nobody reads it any more. */
function removed(directory: string): () => Promise<void> {
	const atExit = (): void => rmSync(directory, {recursive: true, force: true, maxRetries: 5});
	process.once('exit', atExit);
	return async () => {
		await rm(directory, {recursive: true, force: true});
		process.off('exit', atExit);
	};
}

async function standIn(
	directory: string,
	token: string,
	now: () => number,
): Promise<GithubStandIn> {
	const root = path.join(directory, 'github');
	await mkdir(root);
	return startGithub({login: standInLogin, token, root, now});
}

async function overridesFor(github: GithubStandIn, directory: string): Promise<readonly string[]> {
	const authority = path.join(directory, 'github-ca.pem');
	await writeFile(authority, github.authority, {mode: 0o600});
	const places = Object.values(githubNames).flatMap(name => [
		'--connect-to',
		`${name}:443:127.0.0.1:${github.port}`,
	]);
	return [...places, '--upstream-ca', authority];
}

async function agentFolder(directory: string): Promise<string> {
	const folder = path.join(directory, 'agent');
	await mkdir(folder);
	return folder;
}
