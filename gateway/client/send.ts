import http from 'node:http';
import https from 'node:https';

/** Where a gateway is: the reviewers' Unix socket, or the sandboxes' mutual TLS with PEM identity. */
export type GatewayAddress =
	| {readonly kind: 'socket'; readonly path: string}
	| {
			readonly kind: 'tls';
			/** `https://host:port`. */
			readonly url: string;
			readonly ca: string;
			readonly certificate: string;
			readonly key: string;
	  };

/** Begins requests on kept-alive connections. */
export type Send = {
	request(
		method: string,
		path: string,
		headers: http.OutgoingHttpHeaders,
		signal: AbortSignal,
	): http.ClientRequest;
	/** New connections show this certificate; those that run keep the one they began with. */
	renew(identity: {readonly certificate: string; readonly key: string}): void;
	/** Ends idle and running connections. */
	close(): void;
};

type TlsAddress = Extract<GatewayAddress, {kind: 'tls'}>;

export const makeSend = (address: GatewayAddress): Send =>
	address.kind === 'socket' ? sendToSocket(address.path) : sendOverTls(address);

const sendToSocket = (socketPath: string): Send => {
	const agent = new http.Agent({keepAlive: true});
	return {
		request: (method, path, headers, signal) =>
			http.request({agent, socketPath, method, path, headers, signal}),
		renew() {
			throw new Error('a reviewer is known by its socket and has no certificate to renew');
		},
		close: () => agent.destroy(),
	};
};

const sendOverTls = (address: TlsAddress): Send => {
	const {hostname, port} = new URL(address.url);
	const retired = new Set<https.Agent>();
	let agent = agentOf(address);
	return {
		request: (method, path, headers, signal) =>
			https.request({agent, hostname, port, method, path, headers, signal}),
		renew(identity) {
			for (const each of [...retired, agent]) {
				retire(each, retired);
			}

			agent = agentOf({...address, ...identity});
		},
		close() {
			for (const each of [...retired, agent]) {
				each.destroy();
			}
		},
	};
};

const agentOf = ({ca, certificate, key}: TlsAddress): https.Agent =>
	new https.Agent({
		keepAlive: true,
		ca,
		cert: certificate,
		key,
		minVersion: 'TLSv1.3',
		// Written out, because NODE_TLS_REJECT_UNAUTHORIZED=0 changes the default (X18).
		rejectUnauthorized: true,
	});

/** What runs goes on, the feed above all; nothing new begins on a connection with the old certificate. */
const retire = (agent: https.Agent, retired: Set<https.Agent>): void => {
	agent.maxFreeSockets = 0;
	for (const socket of Object.values(agent.freeSockets).flat()) {
		socket?.destroy();
	}

	if (Object.keys(agent.sockets).length > 0) {
		retired.add(agent);
	} else {
		retired.delete(agent);
	}
};
