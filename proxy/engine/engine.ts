import type {ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import type {Authority} from '../authority.ts';
import type {ClientConnection, Gate} from '../gate.ts';
import type {Place} from '../intent/authority.ts';
import {type EngineLimits, engineLimits} from '../limits.ts';
import {type Connect, createDialer} from '../relay/dial.ts';
import {createForward} from '../relay/forward.ts';
import {UpstreamPool} from '../relay/pool.ts';
import {createAsk} from './ask.ts';
import {answerBroken} from './broken.ts';
import {Clients} from './clients.ts';
import {createFront} from './front.ts';
import {Interceptor} from './interceptor.ts';
import {createRequests} from './requests.ts';
import {createStrictServer, type Handlers} from './servers.ts';
import {createTunnels} from './tunnels.ts';

/** What moves the bytes. Decides nothing: it asks the gate and does what it says. */
export type Engine = {
	/** Accepts clients of the explicit proxy; port 0 takes a free one. */
	listen(host: string, port: number): Promise<{readonly host: string; readonly port: number}>;
	/** Takes a connection that was captured on its way to `place`. */
	adopt(socket: Socket, place: Place, connection?: ClientConnection): void;
	openConnections(): number;
	/** Ends every connection; resolves when nothing is left. */
	close(): Promise<void>;
};

export type EngineDeps = {
	readonly gate: Gate;
	readonly authority: Authority;
	readonly connect: Connect;
	/** A ULID. */
	readonly newId: () => string;
	/** Authorities trusted for upstreams beside the system's, as PEM. */
	readonly upstreamCa?: string | undefined;
	readonly limits?: EngineLimits;
};

export const createEngine = (deps: EngineDeps): Engine => {
	const {limits = engineLimits, newId, gate, connect, upstreamCa} = deps;
	const ask = createAsk(gate);
	const clients = new Clients(newId);
	const dialer = createDialer({connect, limits, upstreamCa});
	const pool = new UpstreamPool(dialer, limits);
	const forward = createForward(pool, limits);
	const handle = createRequests({ask, clients, forward, limits, newId});
	const inspect = (socket: object) => inner.emit('connection', socket);
	const tunnels = createTunnels({...deps, ask, clients, dialer, limits, inspect});
	const interceptor = new Interceptor({
		tunnel: (request, socket, head) => void tunnels.connect(request, socket as Socket, head),
		exchange: ({proxyToClientResponse}) => void handle(proxyToClientResponse),
	});
	const handlers: Handlers = {
		request: response => interceptor._onHttpServerRequest(isTls(response), response.req, response),
		barred: (response, bar) => void handle(response, bar),
		connect: (request, socket, head) => interceptor._onHttpServerConnect(request, socket, head),
		broken: (error, socket) => answerBroken(error, socket, {ask, clients, limits}),
	};
	const outer = createStrictServer(handlers, limits, limits.proxyHeadBytes);
	const inner = createStrictServer(handlers, limits, limits.requestHeadBytes);
	const front = createFront({
		ask,
		clients,
		limits,
		serve: socket => outer.emit('connection', socket),
	});

	return {
		listen: front.listen,
		adopt: (socket, place, connection) => {
			const client = front.accept(socket, connection);

			if (client) {
				void tunnels.capture(client, place);
			}
		},
		openConnections: () => clients.count,
		close: async () => {
			outer.close();
			inner.close();
			pool.destroy();
			await front.close();
		},
	};
};

const isTls = ({req}: ServerResponse) => 'encrypted' in req.socket;
