import {type AddressInfo, createServer, type Socket} from 'node:net';
import type {ClientConnection} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import {writeRawAnswer} from './answer.ts';
import type {Ask} from './ask.ts';
import type {Client, Clients} from './clients.ts';

type Deps = {
	readonly ask: Ask;
	readonly clients: Clients;
	readonly limits: EngineLimits;
	/** Reads proxy requests from an accepted connection. */
	readonly serve: (socket: Socket) => void;
};

export type Front = {
	listen(host: string, port: number): Promise<{readonly host: string; readonly port: number}>;
	/** Undefined: too many are open, and the client is being told so. */
	accept(socket: Socket, known?: ClientConnection): Client | undefined;
	close(): Promise<void>;
};

/**
The explicit proxy's listener. Connections are counted here, before any byte of theirs is
read: above the bound they are answered without being parsed, above twice the bound not at all.
*/
export const createFront = ({ask, clients, limits, serve}: Deps): Front => {
	const accept = (socket: Socket, known?: ClientConnection): Client | undefined => {
		const client = clients.accept(socket, known);

		if (clients.count <= limits.connections) {
			return client;
		}

		const reason = `${limits.connections} connections are open; close some and try again`;
		const {connection} = client;
		writeRawAnswer(socket, ask.refuse({connection, code: 'too_many_connections', reason}), limits);
		return undefined;
	};

	const server = createServer({allowHalfOpen: true, noDelay: true}, socket => {
		if (accept(socket)) {
			serve(socket);
		}
	});
	server.maxConnections = limits.connections * 2;

	return {
		accept,
		listen: (host, port) =>
			new Promise((resolve, reject) => {
				server.once('error', reject);
				server.listen(port, host, () => {
					server.off('error', reject);
					const address = server.address() as AddressInfo;
					resolve({host: address.address, port: address.port});
				});
			}),
		close: () =>
			new Promise(resolve => {
				// An engine that never listened has nothing to wait for: the error says only that.
				server.close(() => resolve());
				clients.destroyAll();
			}),
	};
};
