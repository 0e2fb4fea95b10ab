import type {IncomingMessage} from 'node:http';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Answer} from '../../policies/model/plugin.ts';
import type {Authority} from '../authority.ts';
import type {ConnectionAdmission, Passage} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import type {Dialer} from '../relay/dial.ts';
import {type Opening, readFirst} from '../relay/first-bytes.ts';
import {relayTunnel} from '../relay/tunnel.ts';
import {writeRawAnswer} from './answer.ts';
import type {Ask} from './ask.ts';
import type {Client, Clients} from './clients.ts';
import {type Fault, headOf} from './framing.ts';
import {shakeHands} from './handshake.ts';
import {type Place, parsePlace} from './place.ts';

type Deps = {
	readonly ask: Ask;
	readonly clients: Clients;
	readonly authority: Authority;
	readonly dialer: Dialer;
	readonly limits: EngineLimits;
	/** Takes over a connection whose requests are to be asked for one by one. */
	readonly inspect: (socket: Duplex) => void;
};

export type Tunnels = {
	/** A CONNECT: asks, answers, and carries what follows. */
	connect(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void>;
	/** A connection that was captured on its way to `place`. */
	capture(client: Client, place: Place): Promise<void>;
};

export const createTunnels = (deps: Deps): Tunnels => {
	const {ask, clients, limits} = deps;

	return {
		connect: async (request, socket, head) => {
			const client = clients.of(socket);
			const asked = client.tunnel ? nested : readConnect(request, ask);

			if ('code' in asked) {
				const {connection} = client;
				// On the socket it came over, which inside a tunnel is TLS and not the client's own.
				writeRawAnswer(socket, ask.refuse({...asked, connection, method: 'CONNECT'}), limits);
				return;
			}

			if (head.length > 0) {
				socket.unshift(head);
			}

			await admit(client, asked, deps, () => socket.write(established));
		},
		capture: (client, place) => admit(client, place, deps, () => undefined),
	};
};

const readConnect = (request: IncomingMessage, ask: Ask): Place | Fault => {
	const head = headOf(request);

	if (!ask.authenticate(head)) {
		return {code: 'proxy_auth_required', reason: 'the proxy token is missing or wrong'};
	}

	const place = parsePlace(head.target);
	return place.ok ? place.value : {code: 'malformed_authority', reason: place.error};
};

const admit = async (client: Client, place: Place, deps: Deps, greet: () => void) => {
	const admission = await deps.ask.connection({connection: client.connection, ...place});
	const {socket} = client;
	// Whatever the listener's parser had set is over; from here on each kind keeps its own time.
	socket.setTimeout(0);

	switch (admission.kind) {
		case 'refuse':
			writeRawAnswer(socket, admission.answer, deps.limits);
			return;
		case 'tunnel':
			await carry(client, admission, deps, greet);
			return;
		case 'inspect':
			greet();
			await open(client, place, admission.passage, deps);
			return;
	}
};

const carry = (
	{socket}: Client,
	{mode, passage}: Extract<ConnectionAdmission, {kind: 'tunnel'}>,
	{dialer, limits}: Deps,
	greet: () => void,
) =>
	relayTunnel(
		{
			client: socket,
			mode,
			passage,
			greet,
			refuse: (answer: Answer) => writeRawAnswer(socket, answer, limits),
		},
		{dialer, limits},
	);

/** Finds out what the client speaks, and hands it to the server that reads its requests. */
const open = async (client: Client, place: Place, passage: Passage, deps: Deps) => {
	const {socket} = client;
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

	if (isRefused(first, client, place, passage, deps.ask)) {
		cause = 'refused';
		socket.resetAndDestroy();
		return;
	}

	await enter(client, {...place, passage}, first, deps);
};

type Entered = Place & {readonly passage: Passage};

const enter = async (client: Client, {passage, ...place}: Entered, first: Opening, deps: Deps) => {
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
	deps.inspect(secured);
};

/** What is neither TLS nor HTTP cannot be inspected; a gate that throws refuses. */
const isRefused = (
	first: Exclude<Opening, {kind: 'ended' | 'silent'}>,
	{connection}: Client,
	{host, port}: Place,
	passage: Passage,
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

const nested: Fault = {code: 'nested_connect', reason: 'CONNECT inside a tunnel is not proxied'};
const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';
