import {request as plainRequest} from 'node:http';
import type {Duplex} from 'node:stream';
import {connect as connectTls} from 'node:tls';

/** How this program was told to reach the network: only through the proxy. */
export type Network = {
	readonly proxy: URL;
	/** PEM bundle to trust. */
	readonly authorities: string;
};

export type Call = {
	readonly method: string;
	readonly url: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: unknown;
};

export type Reply = {readonly status: number; readonly json: Json};
export type Json = Readonly<Record<string, unknown>>;

/** Longer answers are not what this program asks for. */
const maxReplyBytes = 4 * 1_048_576;
/** Above the longest `/wait`, so that only a dead peer ends a call. */
const idleMs = 330_000;

/** One request through the proxy: absolute-form for http, CONNECT and TLS for https. */
export async function call(network: Network, asked: Call): Promise<Reply> {
	const url = new URL(asked.url);
	if (url.protocol === 'http:') {
		return send(asked, {
			host: network.proxy.hostname,
			port: network.proxy.port,
			path: url.href,
			headers: {Host: url.host, ...proxyAuthorization(network)},
		});
	}

	const tunnel = await openTunnel(network, url);
	if (tunnel.kind === 'refused') {
		return tunnel.reply;
	}

	const secure = connectTls({
		socket: tunnel.socket,
		servername: url.hostname,
		ca: network.authorities,
		rejectUnauthorized: true,
	});
	try {
		return await send(asked, {
			createConnection: () => secure,
			path: `${url.pathname}${url.search}`,
			headers: {Host: url.host},
		});
	} finally {
		secure.destroy();
	}
}

type Tunnel =
	| {readonly kind: 'open'; readonly socket: Duplex}
	| {readonly kind: 'refused'; readonly reply: Reply};

function openTunnel(network: Network, url: URL): Promise<Tunnel> {
	const place = `${url.hostname}:${url.port || '443'}`;
	return new Promise((resolve, reject) => {
		const sent = plainRequest({
			host: network.proxy.hostname,
			port: network.proxy.port,
			method: 'CONNECT',
			path: place,
			headers: {Host: place, ...proxyAuthorization(network)},
			timeout: idleMs,
		});
		sent.once('error', reject);
		sent.once('connect', (response, socket, head) => {
			if (response.statusCode === 200) {
				socket.unshift(head);
				resolve({kind: 'open', socket});
				return;
			}

			socket.destroy();
			resolve({kind: 'refused', reply: {status: response.statusCode ?? 0, json: {}}});
		});
		sent.end();
	});
}

function proxyAuthorization({proxy}: Network): Record<string, string> {
	const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
	return {'Proxy-Authorization': `Basic ${Buffer.from(credentials).toString('base64')}`};
}

function send(
	asked: Call,
	options: {
		readonly headers: Readonly<Record<string, string>>;
		readonly path: string;
		readonly host?: string;
		readonly port?: string;
		readonly createConnection?: () => Duplex;
	},
): Promise<Reply> {
	const text = asked.body === undefined ? undefined : JSON.stringify(asked.body);
	return new Promise((resolve, reject) => {
		const sent = plainRequest(
			{
				...options,
				method: asked.method,
				// An agent would ignore createConnection.
				...(options.createConnection === undefined && {agent: false}),
				timeout: idleMs,
				headers: {
					'User-Agent': 'openshell-demo-agent',
					Accept: 'application/json',
					...(text !== undefined && {
						'Content-Type': 'application/json',
						'Content-Length': String(Buffer.byteLength(text)),
					}),
					...asked.headers,
					...options.headers,
				},
			},
			response => {
				readJson(response).then(json => resolve({status: response.statusCode ?? 0, json}), reject);
			},
		);
		sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
		sent.once('error', reject);
		sent.end(text);
	});
}

async function readJson(response: AsyncIterable<Buffer>): Promise<Json> {
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of response) {
		size += part.length;
		if (size > maxReplyBytes) {
			throw new Error('the answer is too long');
		}

		parts.push(part);
	}

	try {
		return recordOf(JSON.parse(Buffer.concat(parts).toString('utf8')));
	} catch {
		return {};
	}
}

const recordOf = (value: unknown): Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const recordsOf = (value: unknown): readonly Json[] =>
	Array.isArray(value) ? value.map(recordOf) : [];

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
