import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';

/** A git command that failed; `message` is git's own. */
export class GitError extends Error {
	override readonly name = 'GitError';
}

/**
The environment git runs in: nothing of the user's configuration, no prompts, and a fixed author,
so that the same steps always behave the same.
*/
export const gitEnvironment = (home: string): Record<string, string> => ({
	PATH: '/usr/local/bin:/usr/bin:/bin',
	HOME: home,
	LC_ALL: 'C.UTF-8',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_TERMINAL_PROMPT: '0',
	GIT_AUTHOR_NAME: 'OpenShell demo',
	GIT_AUTHOR_EMAIL: 'demo@openshell.invalid',
	GIT_COMMITTER_NAME: 'OpenShell demo',
	GIT_COMMITTER_EMAIL: 'demo@openshell.invalid',
});

/** Runs git in a repository and gives its standard output without the last line break. */
export function git(
	directory: string,
	parameters: readonly string[],
	{input = '', extra = {}}: {input?: string | Buffer; extra?: Record<string, string>} = {},
): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = execFile(
			'git',
			[...parameters],
			{cwd: directory, env: {...gitEnvironment(directory), ...extra}, maxBuffer: 64 * 1_048_576},
			(error, stdout, stderr) =>
				error ? reject(new GitError(stderr.trim() || error.message)) : resolve(stdout.trimEnd()),
		);
		child.stdin?.on('error', () => undefined);
		child.stdin?.end(input);
	});
}

/** Makes a bare repository whose default branch is `main` and that takes pushes over HTTP. */
export async function createBareRepository(directory: string): Promise<void> {
	await mkdir(directory, {recursive: true});
	await git(directory, ['init', '--quiet', '--bare', '--initial-branch=main']);
	await git(directory, ['config', 'http.receivepack', 'true']);
}

/** The commit a branch points at, or undefined where the branch does not exist. */
export async function headOf(directory: string, branch: string): Promise<string | undefined> {
	return git(directory, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]).catch(
		() => undefined,
	);
}

/** The blob at a path of a branch, or undefined. */
export async function blobAt(
	directory: string,
	branch: string,
	file: string,
): Promise<string | undefined> {
	return git(directory, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}:${file}`]).catch(
		() => undefined,
	);
}

export type CommitFile = {
	readonly branch: string;
	readonly file: string;
	readonly content: Buffer;
	readonly message: string;
};

/**
Commits one file straight into a bare repository, as a web editor does, and moves the branch only
if nobody else moved it meanwhile.
*/
export async function commitFile(
	directory: string,
	{branch, file, content, message}: CommitFile,
): Promise<{readonly commit: string; readonly blob: string; readonly parent: string | undefined}> {
	const scratch = await mkdtemp(path.join(tmpdir(), 'openshell-index-'));
	const extra = {GIT_INDEX_FILE: path.join(scratch, 'index')};
	try {
		const parent = await headOf(directory, branch);
		const blob = await git(directory, ['hash-object', '-w', '--stdin'], {input: content});
		await git(directory, ['read-tree', parent ?? '--empty'], {extra});
		await git(directory, ['update-index', '--add', '--cacheinfo', `100644,${blob},${file}`], {
			extra,
		});
		const tree = await git(directory, ['write-tree'], {extra});
		const ancestry = parent === undefined ? [] : ['-p', parent];
		const commit = await git(directory, ['commit-tree', tree, ...ancestry], {input: message});
		const expected = parent ?? '0'.repeat(40);
		await git(directory, ['update-ref', `refs/heads/${branch}`, commit, expected]);
		return {commit, blob, parent};
	} finally {
		await rm(scratch, {recursive: true, force: true});
	}
}
