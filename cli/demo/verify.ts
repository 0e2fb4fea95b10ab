import {request} from 'node:https';
import {git, headOf} from './github/git.ts';
import {type GithubStandIn, githubNames} from './github/server.ts';

/** What is really there, asked without the agent, the proxy or the gateway. */
export type Verified = {readonly repository: boolean; readonly commit: boolean};

/** Looks into the stand-in's bare repository with git itself. */
export async function verifyStandIn(
	github: GithubStandIn,
	name: string,
	commit: string,
): Promise<Verified> {
	const directory = github.repository(name);
	const head = await headOf(directory, 'main').catch(() => undefined);
	return {repository: await isRepository(directory), commit: commit !== '' && head === commit};
}

/** Asks the real GitHub for the head of the main branch. */
export async function verifyGithub(
	token: string,
	repository: string,
	commit: string,
): Promise<Verified> {
	const found = await getJson(`/repos/${repository}`, token);
	const head = await getJson(`/repos/${repository}/commits/main`, token);
	return {
		repository: found['full_name'] === repository,
		commit: commit !== '' && head['sha'] === commit,
	};
}

const isRepository = async (directory: string): Promise<boolean> =>
	git(directory, ['rev-parse', '--is-bare-repository']).then(
		answer => answer === 'true',
		() => false,
	);

function getJson(path: string, token: string): Promise<Readonly<Record<string, unknown>>> {
	return new Promise((resolve, reject) => {
		const headers = {
			'User-Agent': 'openshell-demo',
			Accept: 'application/vnd.github+json',
			Authorization: `Bearer ${token}`,
		};
		const options = {
			host: githubNames.api,
			path,
			headers,
			rejectUnauthorized: true,
			timeout: 30_000,
		};
		const sent = request(options, async response => {
			const parts: Buffer[] = [];
			for await (const part of response) {
				parts.push(part);
			}

			try {
				resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
			} catch (error) {
				reject(error);
			}
		});
		sent.once('timeout', () => sent.destroy(new Error('GitHub did not answer in time')));
		sent.once('error', reject);
		sent.end();
	});
}
