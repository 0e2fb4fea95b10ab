import {Agent, type AgentOptions, type ClientRequest, type ClientRequestArgs} from 'node:http';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import type {Passage, Route} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import type {Dialer} from './dial.ts';
import {UpstreamError} from './upstream-error.ts';

/** What the pool must know of the request that needs a connection. */
export type Leg = {
	readonly route: Route;
	readonly passage: Passage;
	readonly isTls: boolean;
	readonly gone: AbortSignal;
};

/** Request options that carry their leg through http-proxy and Node's client to the pool. */
export type LegOptions = ClientRequestArgs & {readonly leg: Leg};

type Done = (error: Error | null, socket: Duplex) => void;

/**
Upstream connections, reused only under the same pool key: what one identity or decision
opened is never seen by another. Idle ones are bounded in number and time.
*/
export class UpstreamPool extends Agent {
	readonly #dialer: Dialer;
	readonly #maxIdle: number;
	readonly #idle = new Set<Duplex>();

	constructor(dialer: Dialer, limits: Pick<EngineLimits, 'idleUpstreams' | 'idleUpstreamMs'>) {
		super({
			keepAlive: true,
			scheduling: 'lifo',
			maxFreeSockets: limits.idleUpstreams,
			timeout: limits.idleUpstreamMs,
		});
		this.#dialer = dialer;
		this.#maxIdle = limits.idleUpstreams;
	}

	/** Two schemes never share a connection, whatever the gate chose as key. */
	override getName(options: AgentOptions & Partial<LegOptions>): string {
		const {leg} = options as LegOptions;
		return `${leg.isTls ? 'https' : 'http'} ${leg.route.poolKey}`;
	}

	override createConnection(options: ClientRequestArgs, done: Done = () => undefined): undefined {
		const {leg} = options as LegOptions;
		this.#open(leg).then(
			socket => {
				socket.once('close', () => this.#idle.delete(socket));
				done(null, socket);
			},
			(error: Error) => done(error, undefined as never),
		);
	}

	/** Typed as void by mistake: false closes the connection. */
	override keepSocketAlive(socket: Duplex): boolean {
		const isKept =
			this.#idle.size < this.#maxIdle && (super.keepSocketAlive(socket) as unknown) !== false;

		if (isKept) {
			this.#idle.add(socket);
		}

		return isKept;
	}

	override reuseSocket(socket: Duplex, request: ClientRequest): void {
		this.#idle.delete(socket);
		super.reuseSocket(socket, request);
	}

	async #open({route, passage, isTls, gone}: Leg): Promise<Socket> {
		const socket = await this.#dialer.open(route, gone);

		// Policy may have changed while we dialled: a hello is already a byte that goes up.
		if (!passage.isOpen()) {
			socket.destroy();
			throw new UpstreamError('policy_changed', 'the policy changed while the place was dialled');
		}

		return isTls ? this.#dialer.secure(socket, route, gone) : socket;
	}
}
