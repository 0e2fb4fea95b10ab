import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Host} from '../../policies/model/names.ts';
import type {ClientConnection, Passage} from '../gate.ts';
import type {HttpExchange} from './exchange.ts';

/** What the engine knows of an accepted connection. */
export type Client = {
	readonly connection: ClientConnection;
	readonly socket: Socket;
	/** Set once its tunnel was admitted. */
	tunnel?: Tunnel;
	/** It sent something that reads as HTTP, or should have. */
	hasSpoken: boolean;
	/** Begun and not over; a client may send several at once. */
	readonly exchanges: Set<HttpExchange>;
};

export type Tunnel = {
	readonly host: Host;
	readonly port: number;
	readonly passage: Passage;
	readonly isTls: boolean;
	readonly servername: string;
};

/**
The accepted connections, found by their socket or by the TLS socket on top of it. A map on the
side, because an HTTP parser only hands out sockets.
*/
export class Clients {
	readonly #bySocket = new WeakMap<Duplex, Client>();
	readonly #open = new Set<Socket>();
	readonly #newId: () => string;

	constructor(newId: () => string) {
		this.#newId = newId;
	}

	get count(): number {
		return this.#open.size;
	}

	/** From here on no error of the socket can end the process. */
	accept(socket: Socket, known?: ClientConnection): Client {
		const client: Client = {
			connection: known ?? describe(socket, this.#newId()),
			socket,
			hasSpoken: false,
			exchanges: new Set(),
		};
		this.#bySocket.set(socket, client);
		this.#open.add(socket);
		socket.on('error', ignore).once('close', () => this.#open.delete(socket));
		return client;
	}

	/** `socket` carries the same client as before, one layer up. */
	layer(socket: Duplex, client: Client): void {
		this.#bySocket.set(socket, client);
	}

	/** A socket that nobody accepted is a broken promise of our own. */
	of(socket: Duplex): Client {
		const client = this.#bySocket.get(socket);

		if (!client) {
			throw new Error('a request came over a connection that was never accepted');
		}

		return client;
	}

	destroyAll(): void {
		for (const socket of this.#open) {
			socket.destroy();
		}
	}
}

const describe = (socket: Socket, id: string): ClientConnection => ({
	id,
	remote: {address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0},
	local: {address: socket.localAddress ?? '', port: socket.localPort ?? 0},
});

const ignore = () => undefined;
