import type {Duplex} from 'node:stream';
import type {Authority} from '../authority.ts';
import type {Passage} from '../gate.ts';
import type {Place} from '../intent/authority.ts';
import type {EngineLimits} from '../limits.ts';
import {type Opening, readFirst} from '../relay/first-bytes.ts';
import type {Ask} from './ask.ts';
import type {Client, Clients} from './clients.ts';
import {shakeHands} from './handshake.ts';

/** A place whose requests are to be asked for one by one, and the right to do so. */
export type Inspected = Place & {readonly passage: Passage};

type Deps = {
	readonly ask: Ask;
	readonly clients: Clients;
	readonly authority: Authority;
	readonly limits: EngineLimits;
	/** Takes over a connection on which HTTP is spoken. */
	readonly inspect: (socket: Duplex) => void;
};

/** Finds out what the client of a tunnel speaks, and hands it to the server that reads its requests. */
export const openInspected = async (
	client: Client,
	place: Inspected,
	deps: Deps,
): Promise<void> => {
	const {socket} = client;
	const {passage} = place;
	let cause: string | undefined;
	socket.once('close', () => {
		passage.closed({in: socket.bytesWritten, out: socket.bytesRead}, cause);
	});
	passage.onRevoked(why => {
		cause = why;
		socket.destroy();
	});
	const {firstBytesMs, clientHelloBytes} = deps.limits;
	const first = await readFirst(socket, {
		silenceMs: firstBytesMs,
		decideMs: firstBytesMs,
		maxBytes: clientHelloBytes,
	});

	if (first.kind === 'ended' || first.kind === 'silent') {
		cause = first.kind === 'silent' ? 'first_bytes_timeout' : undefined;
		socket.destroy();
		return;
	}

	if (isRefused(first, client, place, deps.ask)) {
		cause = 'refused';
		socket.resetAndDestroy();
		return;
	}

	await enter(client, place, first, deps);
};

const enter = async (
	client: Client,
	{passage, ...place}: Inspected,
	first: Opening,
	deps: Deps,
) => {
	const servername = first.kind === 'tls' ? first.servername : '';
	const isTls = first.kind === 'tls';
	client.tunnel = {...place, passage, isTls, servername};

	if (!isTls) {
		deps.inspect(client.socket);
		return;
	}

	const secured = await shakeHands(client.socket, {host: place.host, servername}, deps);

	if (typeof secured === 'string') {
		passage.clientTlsFailed(secured);
		return;
	}

	deps.clients.layer(secured, client);
	reportDistrust(client, secured, passage);
	deps.inspect(secured);
};

/** Node checks a certificate only after the handshake, and then leaves without an alert. */
const reportDistrust = (client: Client, secured: Duplex, passage: Passage) => {
	const left = () => {
		if (!client.hasSpoken) {
			client.hasSpoken = true;
			passage.clientTlsFailed('the client left after the handshake without a request');
		}
	};
	secured.once('end', left).once('error', left);
};

/** What is neither TLS nor HTTP cannot be inspected; a gate that throws refuses. */
const isRefused = (
	first: Exclude<Opening, {kind: 'ended' | 'silent'}>,
	{connection}: Client,
	{host, port, passage}: Inspected,
	ask: Ask,
): boolean => {
	try {
		if (passage.first(first) !== undefined) {
			return true;
		}
	} catch {
		return true;
	}

	if (first.kind === 'tls' || first.kind === 'http') {
		return false;
	}

	const reason = 'the place is inspected, and the first bytes are neither TLS nor HTTP';
	ask.refuse({connection, host, port, code: 'uninspected_bytes', reason});
	return true;
};
