import type {IncomingMessage} from 'node:http';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Answer} from '../../policies/model/plugin.ts';
import type {Authority} from '../authority.ts';
import type {ConnectionAdmission} from '../gate.ts';
import {type Place, parseAuthority} from '../intent/authority.ts';
import type {EngineLimits} from '../limits.ts';
import type {Dialer} from '../relay/dial.ts';
import {relayTunnel} from '../relay/tunnel.ts';
import {writeRawAnswer} from './answer.ts';
import type {Ask} from './ask.ts';
import type {Client, Clients} from './clients.ts';
import {type Fault, headOf} from './framing.ts';
import {openInspected} from './inspected.ts';

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

/** A fault names the place too, where it can be read: the record should say what was asked for. */
const readConnect = (request: IncomingMessage, ask: Ask): Place | (Fault & Partial<Place>) => {
	const head = headOf(request);
	const place = parseAuthority(head.target);

	if (!ask.authenticate(head)) {
		const reason = 'the proxy token is missing or wrong';
		return {...(place.ok ? place.value : {}), code: 'proxy_auth_required', reason};
	}

	return place.ok ? place.value : {code: 'malformed_authority', reason: place.error};
};

const admit = async (client: Client, place: Place, deps: Deps, greet: () => void) => {
	const admission = await deps.ask.connection({connection: client.connection, ...place});
	const {socket} = client;
	// Whatever the listener's parser had set is over; from here on each kind keeps its own time.
	socket.setTimeout(0);

	// Its close event has been: nobody else would end what was just admitted.
	if (socket.destroyed) {
		endUnused(admission);
		return;
	}

	switch (admission.kind) {
		case 'refuse':
			writeRawAnswer(socket, admission.answer, deps.limits);
			return;
		case 'tunnel':
			await carry(client, admission, deps, greet);
			return;
		case 'inspect':
			greet();
			await openInspected(client, {...place, passage: admission.passage}, deps);
			return;
	}
};

const endUnused = (admission: ConnectionAdmission) => {
	if (admission.kind !== 'refuse') {
		admission.passage.closed({in: 0, out: 0}, 'client_gone');
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

const nested: Fault = {code: 'nested_connect', reason: 'CONNECT inside a tunnel is not proxied'};
const established = 'HTTP/1.1 200 Connection Established\r\n\r\n';
