import type {ClientRequest, IncomingMessage, ServerResponse} from 'node:http';
import httpProxy from 'http-proxy';
import common from 'http-proxy/lib/http-proxy/common.js';
import type {EngineLimits} from '../limits.ts';
import {type Forwarded, ForwardedRequest} from './forwarded.ts';
import type {UpstreamPool} from './pool.ts';

/** Carries one admitted request to its upstream and the answer back; ends with the response. */
export type Forward = (forwarded: Forwarded) => void;

/**
http-proxy as the forwarding leg. Used so that none of its defects can be reached (engine.md
A.6, D.3): bodies keep their framing, the target goes up byte for byte, every error has a
listener, and the response is ours to write.
*/
export const createForward = (
	pool: UpstreamPool,
	limits: Pick<EngineLimits, 'upstreamIdleMs'>,
): Forward => {
	const server = httpProxy.createProxyServer({});
	const running = new WeakMap<ServerResponse, ForwardedRequest>();
	keepOnlyTheStreamPass(server);
	server.on('error', ignore);
	server.on('econnreset', (error, _request, response) => running.get(response)?.fail(error));
	server.on('proxyReq', (upstream: ClientRequest, _request, response: ServerResponse) =>
		running.get(response)?.connected(upstream),
	);
	server.on('proxyRes', (answer: IncomingMessage, _request, response: ServerResponse) =>
		running.get(response)?.answered(answer),
	);

	return forwarded => {
		const request = new ForwardedRequest(forwarded, limits, (options, fail) => {
			server.web(
				forwarded.request,
				forwarded.response,
				{
					// Never dialled: the pool dials the decided addresses.
					target: {protocol: 'http:', host: 'decided.invalid', port: 80},
					agent: pool,
					// http-proxy makes its request options from this one; see `LegOptions`.
					ssl: options,
					toProxy: true,
					selfHandleResponse: true,
				},
				fail,
			);
		});
		running.set(forwarded.response, request);
		request.start();
	};
};

/**
The pass `deleteLength` turns the body of a DELETE into a request of its own (H4); `urlJoin`
rewrites paths (H1). Both are looked up at call time.
*/
const keepOnlyTheStreamPass = (server: object) => {
	const passes = (server as {webPasses: readonly {readonly name: string}[]}).webPasses;
	Object.assign(server, {webPasses: passes.filter(pass => pass.name === 'stream')});
	common.urlJoin = (_targetPath, requestPath) => requestPath;
};

const ignore = () => undefined;
