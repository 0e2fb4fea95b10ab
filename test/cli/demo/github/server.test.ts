import {execFile} from 'node:child_process';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {request} from 'node:https';
import path from 'node:path';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {git, gitEnvironment, headOf} from '../../../../cli/demo/github/git.ts';
import {type GithubStandIn, startGithub} from '../../../../cli/demo/github/server.ts';
import {temporaryDirectory} from '../../../helpers/temp.ts';

const run = promisify(execFile);
const token = 'ghp_demo_0123456789';

async function stand(t: ExecutionContext) {
	const directory = await temporaryDirectory(t);
	const root = path.join(directory, 'repositories');
	await mkdir(root);
	const github = await startGithub({login: 'octo', token, root, now: Date.now});
	t.teardown(() => github.close());
	return {github, directory};
}

type ApiJson = Record<string, unknown> & {commit: {sha: string}; content: {sha: string}};

type Asked = {
	method?: string;
	target: string;
	host?: string;
	body?: string;
	headers?: Record<string, string>;
};

const ask = (github: GithubStandIn, asked: Asked) =>
	new Promise<{status: number; json: ApiJson; text: string; headers: Record<string, unknown>}>(
		(resolve, reject) => {
			const host = asked.host ?? 'api.github.com';
			const sent = request(
				{
					host: '127.0.0.1',
					port: github.port,
					servername: host,
					ca: github.authority,
					method: asked.method ?? 'GET',
					path: asked.target,
					headers: {
						Host: host,
						'User-Agent': 'test',
						Authorization: `Bearer ${token}`,
						...asked.headers,
					},
				},
				async response => {
					const parts: Buffer[] = [];
					for await (const part of response) {
						parts.push(part);
					}

					const text = Buffer.concat(parts).toString('utf8');
					const isJson = String(response.headers['content-type']).includes('json');
					resolve({
						status: response.statusCode ?? 0,
						json: isJson ? JSON.parse(text) : {},
						text,
						headers: response.headers,
					});
				},
			);
			sent.on('error', reject);
			sent.end(asked.body);
		},
	);

const create = (github: GithubStandIn, name: string, more: object = {}) =>
	ask(github, {method: 'POST', target: '/user/repos', body: JSON.stringify({name, ...more})});

test('a repository is created once, and is found afterwards', async t => {
	const {github} = await stand(t);
	const missing = await ask(github, {target: '/repos/octo/notes'});
	t.like(missing, {
		status: 404,
		json: {
			message: 'Not Found',
			documentation_url: 'https://docs.github.com/rest/repos/repos#get-a-repository',
			status: '404',
		},
	});
	const created = await create(github, 'notes', {private: true, description: 'mine'});
	t.like(created, {
		status: 201,
		json: {full_name: 'octo/notes', private: true, clone_url: 'https://github.com/octo/notes.git'},
		headers: {location: 'https://api.github.com/repos/octo/notes'},
	});
	t.is((await ask(github, {target: '/repos/octo/NOTES'})).status, 200);
	t.like(await create(github, 'Notes'), {
		status: 422,
		json: {
			message: 'Repository creation failed.',
			errors: [
				{resource: 'Repository', field: 'name', message: 'name already exists on this account'},
			],
		},
	});
});

test('a wrong token is bad credentials, none is asked for, and the right one is somebody', async t => {
	const {github} = await stand(t);
	const user = (authorization: string) =>
		ask(github, {target: '/user', headers: {Authorization: authorization}});
	t.like(await user('Bearer wrong'), {status: 401, json: {message: 'Bad credentials'}});
	t.like(await user(`token ${token}`), {status: 200, json: {login: 'octo'}});
	const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
	t.like(await user(`Basic ${basic}`), {status: 200, json: {login: 'octo'}});
	t.like(
		await ask(github, {method: 'POST', target: '/user/repos', body: '{"name":', headers: {}}),
		{
			status: 400,
			json: {message: 'Problems parsing JSON'},
		},
	);
	t.like(await ask(github, {method: 'POST', target: '/user/repos', body: '{}'}), {
		status: 422,
		json: {message: 'Invalid request.\n\n"name" wasn\'t supplied.'},
	});
});

test('putting a file makes a real commit, and replacing it needs the blob it replaces', async t => {
	const {github} = await stand(t);
	await create(github, 'notes');
	const put = (body: object) =>
		ask(github, {
			method: 'PUT',
			target: '/repos/octo/notes/contents/docs/hello%20world.md',
			body: JSON.stringify({message: 'Say hello', ...body}),
		});
	const content = Buffer.from('hello\n').toString('base64');
	const first = await put({content});
	t.like(first, {status: 201, json: {content: {path: 'docs/hello world.md', size: 6}}});
	const repository = github.repository('notes');
	t.is(await headOf(repository, 'main'), first.json.commit.sha);
	t.is(await git(repository, ['show', 'main:docs/hello world.md']), 'hello');
	t.like(await put({content}), {
		status: 422,
		json: {message: 'Invalid request.\n\n"sha" wasn\'t supplied.'},
	});
	t.is((await put({content, sha: '0'.repeat(40)})).status, 409);
	t.is((await put({content: 'aGk=', sha: first.json.content.sha})).status, 200);
	t.is(await git(repository, ['rev-list', '--count', 'main']), '2');
	t.is((await put({content: '!!'})).status, 422);
});

test('a path that leaves the tree is refused', async t => {
	const {github} = await stand(t);
	await create(github, 'notes');
	for (const file of ['%2e%2e/x', 'a//b', '.git/config', 'a%00b']) {
		const answer = await ask(github, {
			method: 'PUT',
			target: `/repos/octo/notes/contents/${file}`,
			body: JSON.stringify({message: 'x', content: 'aGk='}),
		});
		t.true([404, 422].includes(answer.status), `${file}: ${answer.status}`);
	}

	t.is(await headOf(github.repository('notes'), 'main'), undefined);
});

async function workTree(directory: string): Promise<string> {
	const work = path.join(directory, 'work');
	await mkdir(work);
	await git(work, ['init', '--quiet', '--initial-branch=main']);
	await writeFile(path.join(work, 'a.txt'), 'a'.repeat(3_000_000));
	await git(work, ['add', '.']);
	await git(work, ['commit', '--quiet', '-m', 'first']);
	return work;
}

const remoteGit = (
	github: GithubStandIn,
	directory: string,
	secret: string,
	parameters: string[],
) =>
	run(
		'git',
		[
			'-c',
			`http.curloptResolve=github.com:${github.port}:127.0.0.1`,
			'-c',
			`http.sslCAInfo=${path.join(directory, 'ca.pem')}`,
			'-c',
			`http.extraHeader=Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}`,
			...parameters,
		],
		{cwd: directory, env: gitEnvironment(directory)},
	);

test('git pushes to it and clones from it, with bodies streamed and compressed', async t => {
	const {github, directory} = await stand(t);
	await create(github, 'notes');
	await writeFile(path.join(directory, 'ca.pem'), github.authority);
	const work = await workTree(directory);
	const url = `https://github.com:${github.port}/octo/notes.git`;
	await remoteGit(github, directory, token, [
		'-C',
		work,
		'-c',
		'http.postBuffer=1024',
		'push',
		'--quiet',
		url,
		'main',
	]);
	t.is(await headOf(github.repository('notes'), 'main'), await git(work, ['rev-parse', 'HEAD']));
	await remoteGit(github, directory, token, ['clone', '--quiet', url, 'copy']);
	t.is((await readFile(path.join(directory, 'copy', 'a.txt'), 'utf8')).length, 3_000_000);
});

test('git is refused with a wrong token, and where there is no repository', async t => {
	const {github, directory} = await stand(t);
	await create(github, 'notes');
	await writeFile(path.join(directory, 'ca.pem'), github.authority);
	const work = await workTree(directory);
	const push = (name: string, secret: string) =>
		remoteGit(github, directory, secret, [
			'-C',
			work,
			'push',
			`https://github.com:${github.port}/octo/${name}.git`,
			'main',
		]);
	await t.throwsAsync(push('notes', 'wrong'), {
		message: /Authentication failed|could not read Username/,
	});
	await t.throwsAsync(push('other', token), {message: /not found/});
	t.is(await headOf(github.repository('notes'), 'main'), undefined);
});

test('another host name is misdirected', async t => {
	const {github} = await stand(t);
	const answer = await ask(github, {target: '/user', headers: {Host: 'evil.example'}});
	t.is(answer.status, 421);
});
