import {chmod, rm} from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import type {Pki} from '../service/pki.ts';
import {answerBrokenHead} from './errors.ts';
import {closeGraceMs, headTimeoutMs, keepAliveMs, maxConnections} from './limits.ts';
import {lastPort, type Places, rememberPort} from './places.ts';

/** One listener of the gateway. */
export type Listener = {
	/** Empty for the socket. */
	readonly url: string;
	/** Refuses new connections, ends idle ones at once and the others when they are answered. */
	close(): Promise<void>;
};

/** The reviewers' Unix socket, 0600. The caller holds the lock, so what is at this path is stale. */
export const listenSocket = async (
	path: string,
	handler: http.RequestListener,
): Promise<Listener> => {
	if (Buffer.byteLength(path) > maxSocketPath) {
		throw new Error(
			`${path} is longer than the ${maxSocketPath} bytes a socket path may have; choose a shorter runtime folder`,
		);
	}

	await rm(path, {force: true});
	const server = http.createServer(serverOptions, handler);
	await listen(server, {path});
	await chmod(path, 0o600);
	return {url: '', close: () => closeServer(server)};
};

/**
The sandboxes' listener: TLS 1.3, loopback, nobody without a certificate of ours. On the port that
sandboxes know, unless somebody else has taken it meanwhile.
*/
export const listenTls = async (
	pki: Pki,
	handler: http.RequestListener,
	places: Places,
	handshakeMs = headTimeoutMs,
): Promise<Listener> => {
	const server = https.createServer(
		{
			...serverOptions,
			handshakeTimeout: handshakeMs,
			ca: pki.ca,
			cert: pki.server.certificate,
			key: pki.server.key,
			minVersion: 'TLSv1.3',
			requestCert: true,
			rejectUnauthorized: true,
		},
		handler,
	);
	const host = '127.0.0.1';
	const known = await lastPort(places);
	await listen(server, {host, port: known}).catch(() => listen(server, {host, port: 0}));
	const {port} = server.address() as AddressInfo;
	await rememberPort(places, port);
	return {url: `https://${host}:${port}`, close: () => closeServer(server)};
};

/** sockaddr_un.sun_path on Linux holds 108 bytes with its end. */
const maxSocketPath = 107;

const serverOptions: http.ServerOptions = {
	headersTimeout: headTimeoutMs,
	// Bodies have a time limit of their own, with an answer; feeds have none.
	requestTimeout: 0,
	keepAliveTimeout: keepAliveMs,
	connectionsCheckingInterval: 1000,
};

const listen = (
	server: http.Server | https.Server,
	where: {path: string} | {host: string; port: number},
): Promise<void> =>
	new Promise((resolve, reject) => {
		server.maxConnections = maxConnections;
		server.once('error', reject);
		server.listen(where, () => {
			server.removeListener('error', reject);
			server.on('clientError', answerBrokenHead);
			resolve();
		});
	});

const closeServer = (server: http.Server | https.Server): Promise<void> =>
	new Promise(resolve => {
		// A connection is idle only once its answer is through, so idle ones are looked for until none is left.
		const sweep = setInterval(() => server.closeIdleConnections(), 20);
		const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
		server.close(() => {
			clearInterval(sweep);
			clearTimeout(cut);
			resolve();
		});
		server.closeIdleConnections();
	});
