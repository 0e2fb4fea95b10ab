import type {IncomingMessage, ServerResponse} from 'node:http';
import {type Account, type Credentials, credentialsOf} from '../account.ts';
import {
	type ApiAnswer,
	apiError,
	badCredentials,
	bodyNotObject,
	malformedJson,
	notFound,
	requiresAuthentication,
} from '../errors.ts';
import {putContents} from './contents.ts';
import {createRepository, getRepository} from './repositories.ts';

/** GitHub takes files of up to 100 MB; a demonstration needs far less. */
const maxBodyBytes = 8 * 1_048_576;

/** The subset of api.github.com that creating a repository and a file needs. */
export async function serveApi(
	account: Account,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const answer = await route(account, request).catch(() => apiError(500, 'Server Error'));
	const text = JSON.stringify(answer.body);
	response.writeHead(answer.status, {
		'Content-Type': 'application/json; charset=utf-8',
		'Content-Length': Buffer.byteLength(text),
		'X-GitHub-Media-Type': 'github.v3; format=json',
		'Cache-Control': 'private, max-age=0',
		...answer.headers,
	});
	response.end(request.method === 'HEAD' ? undefined : text);
}

async function route(account: Account, request: IncomingMessage): Promise<ApiAnswer> {
	const credentials = credentialsOf(account, request.headers.authorization);
	if (credentials === 'bad') {
		return badCredentials;
	}

	const {pathname} = new URL(request.url ?? '/', 'https://api.github.com');
	const call: ApiCall = {account, request, credentials, segments: pathname.split('/').slice(1)};
	const method = request.method === 'HEAD' ? 'GET' : request.method;
	switch (call.segments[0]) {
		case 'user': {
			return userRoute(call, method);
		}

		case 'repos': {
			return repositoryRoute(call, method);
		}

		default: {
			return notFound();
		}
	}
}

type ApiCall = {
	readonly account: Account;
	readonly request: IncomingMessage;
	readonly credentials: Credentials;
	/** Of the path, still encoded. */
	readonly segments: readonly string[];
};

async function userRoute(call: ApiCall, method: string | undefined): Promise<ApiAnswer> {
	const {account, credentials} = call;
	const rest = call.segments.slice(1).join('/');
	if (rest === '' && method === 'GET') {
		return credentials === 'good'
			? {status: 200, body: {login: account.login, id: 1, type: 'User'}}
			: requiresAuthentication('/users/users#get-the-authenticated-user');
	}

	return rest === 'repos' && method === 'POST'
		? withBody(call, body => createRepository(account, body))
		: notFound();
}

async function repositoryRoute(call: ApiCall, method: string | undefined): Promise<ApiAnswer> {
	const {account, credentials} = call;
	const [, owner = '', name = '', contents, ...file] = call.segments;
	if (contents === undefined && method === 'GET') {
		return getRepository(account, owner, name, credentials === 'good');
	}

	if (contents !== 'contents' || file.length === 0 || method !== 'PUT') {
		return notFound();
	}

	const path = decodeURIComponent(file.join('/'));
	return withBody(call, body => putContents(account, {owner, name, file: path, body}));
}

async function withBody(
	{request, credentials}: ApiCall,
	serve: (body: Readonly<Record<string, unknown>>) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
	if (credentials !== 'good') {
		return requiresAuthentication('');
	}

	const text = await readBody(request);
	if (text === undefined) {
		return apiError(413, 'Payload Too Large');
	}

	const body = parseJson(text);
	if (body === undefined) {
		return malformedJson('');
	}

	return isObject(body) ? serve(body) : bodyNotObject('');
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of request) {
		size += chunk.length;
		if (size > maxBodyBytes) {
			return undefined;
		}

		chunks.push(chunk);
	}

	return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
