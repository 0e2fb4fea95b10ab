import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {GitError, git} from '../github/git.ts';
import {type Network, textOf} from './http.ts';
import {findDenial, GivenUp, type Guidance, negotiate} from './negotiate.ts';
import type {Task} from './repository.ts';

export type Push = {
	readonly owner: string;
	/** An empty folder of the agent's own. */
	readonly directory: string;
	readonly guidance: Guidance;
	/** The variables that `run` gave: the proxy and what to trust. */
	readonly environment: Readonly<Record<string, string>>;
};

/**
Pushes a first commit with the real git. The tunnel to github.com is refused before git can see why,
so the agent asks policy.local what happened, proposes the only rule that could help, and pushes again.
*/
export async function pushFirstCommit(task: Task, push: Push): Promise<string> {
	const work = path.join(push.directory, task.name);
	const commit = await commitReadme(work, task.name);
	const url = `https://github.com/${push.owner}/${task.name}.git`;
	task.say({step: 'pushing', commit, url});
	const refusal = await tryPush(task, push, {work, url});
	if (refusal !== undefined) {
		task.say({step: 'push_refused', says: refusal});
		await askForTunnel(task.network, task, push);
		const again = await tryPush(task, push, {work, url});
		if (again !== undefined) {
			throw new GivenUp(`After the approval the push still failed: ${again}`);
		}
	}

	task.say({step: 'pushed', commit});
	return commit;
}

async function askForTunnel(network: Network, task: Task, push: Push): Promise<void> {
	const denial = await findDenial(
		network,
		push.guidance,
		item => item['layer'] === 'l4' && item['host'] === 'github.com' && item['port'] === 443,
	);
	task.say({
		step: 'denied',
		layer: 'l4',
		detail: 'CONNECT github.com:443 not permitted by policy',
		reason: textOf(denial['code']),
		denial_id: textOf(denial['denial_id']),
	});
	const intent = `Push the first commit of ${push.owner}/${task.name} with git.`;
	await negotiate(network, push.guidance, {intent, denial, say: task.say});
}

async function commitReadme(work: string, name: string): Promise<string> {
	await mkdir(work, {recursive: true});
	await writeFile(
		path.join(work, 'README.md'),
		`# ${name}\n\nWritten by an agent that asked first.\n`,
	);
	await git(work, ['init', '--quiet', '--initial-branch=main']);
	await git(work, ['add', 'README.md']);
	await git(work, ['commit', '--quiet', '-m', 'First commit']);
	return git(work, ['rev-parse', 'HEAD']);
}

/** Undefined when it worked, else what git says. The token is in git's environment, never in its arguments. */
async function tryPush(
	{token}: Task,
	{environment}: Push,
	{work, url}: {readonly work: string; readonly url: string},
): Promise<string | undefined> {
	const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
	const extra = {
		...pick(environment, ['HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'GIT_SSL_CAINFO']),
		GIT_CONFIG_COUNT: '1',
		GIT_CONFIG_KEY_0: 'http.extraHeader',
		GIT_CONFIG_VALUE_0: `Authorization: Basic ${credentials}`,
	};
	try {
		await git(work, ['push', '--quiet', url, 'main'], {extra});
		return undefined;
	} catch (error) {
		if (error instanceof GitError) {
			return error.message;
		}

		throw error;
	}
}

const pick = (from: Readonly<Record<string, string>>, names: readonly string[]) =>
	Object.fromEntries(
		names.flatMap(name => {
			const value = from[name];
			return value === undefined ? [] : [[name, value]];
		}),
	);
