import {createServer, type Server, ServerResponse} from 'node:http';
import type {Socket} from 'node:net';
import type {EngineLimits} from '../limits.ts';
import type {Fault} from './framing.ts';

/** What the servers need done; every event of Node's that would otherwise be answered by itself. */
export type Handlers = {
	readonly request: (response: ServerResponse) => void;
	/** A request that must end in a refusal, for this reason if the gate has no other. */
	readonly barred: (response: ServerResponse, bar: Fault) => void;
	readonly connect: (request: ServerResponse['req'], socket: Socket, head: Buffer) => void;
	/** What the parser refused, or the clock. */
	readonly broken: (error: Error, socket: Socket) => void;
};

/**
A strict HTTP/1.1 server that gets its connections by `emit('connection')`: heads are bounded in size and time, nothing is answered before the
handlers were asked, and what Node would decide by itself (missing Host, expectations,
upgrades, header count) is handed to them.
*/
export const createStrictServer = (
	handlers: Handlers,
	limits: EngineLimits,
	maxHeaderSize: number,
): Server => {
	const server = createServer({
		maxHeaderSize,
		headersTimeout: limits.headMs,
		connectionsCheckingInterval: limits.headCheckMs,
		keepAliveTimeout: limits.keepAliveMs,
		// An upload may take as long as it moves; `timeout` ends one that does not.
		requestTimeout: 0,
		requireHostHeader: false,
		insecureHTTPParser: false,
		noDelay: true,
	});
	server.timeout = limits.clientIdleMs;
	// The default forgets headers beyond 2000, framing ones included; bytes bound them already.
	server.maxHeadersCount = 0;
	server.on('request', (_request, response) => handlers.request(response));
	server.on('checkContinue', (_request, response) => handlers.request(response));
	server.on('checkExpectation', (_request, response) => handlers.barred(response, unexpected));
	server.on('connect', (request, socket, head) =>
		handlers.connect(request, socket as Socket, head),
	);
	server.on('upgrade', (request, socket) => {
		const response = new ServerResponse(request);
		response.shouldKeepAlive = false;
		response.assignSocket(socket as Socket);
		response.once('finish', () => socket.end());
		handlers.barred(response, noUpgrade);
	});
	server.on('clientError', (error, socket) => handlers.broken(error, socket as Socket));
	// It never listens, and without the event Node enforces none of its time bounds.
	server.emit('listening');
	return server;
};

const unexpected: Fault = {
	code: 'expectation_failed',
	reason: 'only Expect: 100-continue is known',
};

const noUpgrade: Fault = {
	code: 'upgrade_not_allowed',
	reason: 'an upgrade opens a channel that nobody reads',
};
