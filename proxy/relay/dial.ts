import {isIP, type Socket} from 'node:net';
import {
	connect as connectTls,
	createSecureContext,
	rootCertificates,
	type SecureContext,
	type TLSSocket,
} from 'node:tls';
import type {Route, SocketPlace} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import {codeOf, UpstreamError} from './upstream-error.ts';

/** Opens a TCP connection to an address. Half-open must be allowed: tunnels need it. */
export type Connect = (place: SocketPlace) => Socket;

export type DialDeps = {
	readonly connect: Connect;
	readonly limits: Pick<EngineLimits, 'connectMs' | 'dialAddresses'>;
	/** Authorities trusted beside the system's, as PEM (`--upstream-ca`). */
	readonly upstreamCa?: string | undefined;
};

export type Dialer = {
	/** A connection to the first decided address that answers. Rejects with `UpstreamError`. */
	open(route: Route, signal: AbortSignal): Promise<Socket>;
	/** TLS over it; the certificate must be of the route's name. Rejects with `UpstreamError`. */
	secure(socket: Socket, route: Route, signal: AbortSignal): Promise<TLSSocket>;
};

/** Dials only addresses that were decided on: a name here would be resolved behind the gate's back. */
export const createDialer = ({connect, limits, upstreamCa}: DialDeps): Dialer => {
	const secureContext = trusted(upstreamCa);
	return {
		open: async (route, signal) => {
			let failure = new UpstreamError('upstream_unreachable', 'no address was decided on');

			for (const address of route.addresses.slice(0, limits.dialAddresses)) {
				const socket = openAddress(address, route.dialPort, connect);
				const outcome = await ready(socket, 'connect', {ms: limits.connectMs, signal});

				if (outcome === undefined) {
					return socket;
				}

				failure = unreachable(outcome);

				if (signal.aborted) {
					break;
				}
			}

			throw failure;
		},
		secure: async (socket, route, signal) => {
			const secured = connectTls({
				socket,
				...(route.servername === '' ? {} : {servername: route.servername}),
				host: route.host,
				secureContext,
				ALPNProtocols: ['http/1.1'],
				// Said aloud: the environment can turn the default off for the whole process.
				rejectUnauthorized: true,
			});
			const outcome = await ready(secured, 'secureConnect', {ms: limits.connectMs, signal});

			if (outcome === undefined) {
				return secured;
			}

			throw outcome === timedOut
				? unreachable(outcome)
				: new UpstreamError('upstream_tls', `TLS failed (${codeOf(outcome)})`);
		},
	};
};

/** One context for all upstreams: making one parses every root certificate. */
const trusted = (upstreamCa: string | undefined): SecureContext =>
	createSecureContext({
		minVersion: 'TLSv1.2',
		...(upstreamCa === undefined ? {} : {ca: [...rootCertificates, upstreamCa]}),
	});

const openAddress = (address: string, port: number, connect: Connect): Socket => {
	if (isIP(address) === 0) {
		throw new UpstreamError('policy_error', 'a route must hold addresses, not names');
	}

	return connect({address, port});
};

type Wait = {readonly ms: number; readonly signal: AbortSignal};

/** Undefined once `event` fired; else the reason why not, with the socket destroyed. */
const ready = (socket: Socket, event: string, {ms, signal}: Wait): Promise<unknown> =>
	new Promise(resolve => {
		const timer = setTimeout(() => settle(timedOut), ms);
		const fail = (error: unknown) => settle(error);
		const close = () => settle(new Error('closed'));
		const abort = () => settle(new Error('aborted'));
		const done = () => settle(undefined);

		function settle(outcome: unknown) {
			clearTimeout(timer);
			signal.removeEventListener('abort', abort);
			socket.off(event, done).off('close', close);

			if (outcome !== undefined) {
				socket.destroy();
			}

			resolve(outcome);
		}

		// The error listener stays: a socket may fail at any time, and nobody else listens yet.
		socket.once(event, done).once('close', close).on('error', fail);
		signal.addEventListener('abort', abort);

		if (signal.aborted) {
			abort();
		}
	});

const timedOut = new Error('timed out');

const unreachable = (outcome: unknown) =>
	outcome === timedOut
		? new UpstreamError('upstream_timeout', 'the connection took too long')
		: new UpstreamError('upstream_unreachable', `the connection failed (${codeOf(outcome)})`);
