import {spawn} from 'node:child_process';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {type Account, credentialsOf, findRepository} from './account.ts';
import {gitEnvironment} from './git.ts';
import {keyOf} from './rest/repositories.ts';

/** git-http-backend writes a dozen short lines before its body. */
const maxCgiHeadBytes = 16_384;

/**
Git's smart HTTP protocol for `/{owner}/{name}[.git]/…`, carried by git's own `git http-backend`
as a CGI program (RFC 3875). Both bodies are streamed; a compressed one is left to git.
*/
export async function serveGit(
	account: Account,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const url = new URL(request.url ?? '/', 'https://github.com');
	const [, owner = '', repository = '', ...service] = url.pathname.split('/');
	const name = repository.replace(/\.git$/, '');
	const directory = await findRepository(account, owner, name);
	const credentials = credentialsOf(account, request.headers.authorization);
	const isPrivate = account.repositories.get(keyOf(owner, name))?.isPrivate ?? true;
	const isWrite =
		url.searchParams.get('service') === 'git-receive-pack' || service.at(-1) === 'git-receive-pack';
	if (credentials === 'bad' || (credentials === 'none' && (isPrivate || isWrite))) {
		// GitHub asks for credentials before it says whether a repository exists.
		return refuse(response, 401, 'Invalid username or token.\n');
	}

	if (directory === undefined) {
		return refuse(response, 404, 'Repository not found.\n');
	}

	const parameters = cgiEnvironment(request, {
		directory,
		pathInfo: `/${service.join('/')}`,
		query: url.searchParams.toString(),
		user: credentials === 'good' ? account.login : '',
	});
	await runCgi(parameters, request, response);
}

function refuse(response: ServerResponse, status: number, text: string): void {
	response.writeHead(status, {
		'Content-Type': 'text/plain; charset=utf-8',
		'Content-Length': Buffer.byteLength(text),
		...(status === 401 && {'WWW-Authenticate': 'Basic realm="GitHub"'}),
		Connection: 'close',
	});
	response.end(text);
}

function cgiEnvironment(
	{headers, method = 'GET', socket}: IncomingMessage,
	place: {directory: string; pathInfo: string; query: string; user: string},
): Record<string, string> {
	return {
		...gitEnvironment(place.directory),
		GIT_PROJECT_ROOT: place.directory,
		GIT_HTTP_EXPORT_ALL: '1',
		GATEWAY_INTERFACE: 'CGI/1.1',
		SERVER_PROTOCOL: 'HTTP/1.1',
		REQUEST_METHOD: method,
		PATH_INFO: place.pathInfo,
		QUERY_STRING: place.query,
		REMOTE_ADDR: socket.remoteAddress ?? '',
		...(place.user !== '' && {REMOTE_USER: place.user}),
		...optional('CONTENT_TYPE', headers['content-type']),
		...optional('CONTENT_LENGTH', headers['content-length']),
		...optional('HTTP_CONTENT_ENCODING', headers['content-encoding']),
		...optional('GIT_PROTOCOL', headers['git-protocol']),
	};
}

const optional = (name: string, value: string | string[] | undefined): Record<string, string> =>
	typeof value === 'string' ? {[name]: value} : {};

async function runCgi(
	environment: Record<string, string>,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const child = spawn('git', ['http-backend'], {
		env: environment,
		stdio: ['pipe', 'pipe', 'ignore'],
	});
	child.on('error', () => response.destroy());
	response.on('close', () => child.kill());
	const upload = pipeline(request, child.stdin).catch(() => undefined);
	try {
		const {head, body} = await readCgiHead(child.stdout);
		response.writeHead(head.status, head.headers);
		response.write(body);
		await pipeline(child.stdout, response);
		await upload;
	} catch {
		response.destroy();
	}
}

type CgiHead = {readonly status: number; readonly headers: [string, string][]};

async function readCgiHead(stdout: Readable): Promise<{head: CgiHead; body: Buffer}> {
	let bytes = Buffer.alloc(0);
	for await (const chunk of stdout.iterator({destroyOnReturn: false})) {
		bytes = Buffer.concat([bytes, chunk]);
		const end = bytes.indexOf('\r\n\r\n');
		if (end >= 0) {
			return {head: parseCgiHead(bytes.toString('latin1', 0, end)), body: bytes.subarray(end + 4)};
		}

		if (bytes.length > maxCgiHeadBytes) {
			break;
		}
	}

	throw new Error('git http-backend gave no header.');
}

function parseCgiHead(text: string): CgiHead {
	const pairs = text.split('\r\n').map((line): [string, string] => {
		const colon = line.indexOf(':');
		return [line.slice(0, colon), line.slice(colon + 1).trim()];
	});
	const status = pairs.find(([name]) => name.toLowerCase() === 'status')?.[1];
	return {
		status: status === undefined ? 200 : Number.parseInt(status, 10),
		headers: pairs.filter(([name]) => name.toLowerCase() !== 'status'),
	};
}
