import type {Socket} from 'node:net';
import type {Answer} from '../../policies/model/plugin.ts';
import type {FirstBytes, Passage} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import type {Dialer} from './dial.ts';
import {readFirst} from './first-bytes.ts';
import {UpstreamError, upstreamError} from './upstream-error.ts';

/** A tunnel that was admitted. */
export type Tunnelled = {
	readonly client: Socket;
	readonly mode: 'raw' | 'peek';
	readonly passage: Passage;
	/** The place answered: tells the client that its tunnel is there. */
	readonly greet: () => void;
	/** Gives the client an answer of ours instead; ends the connection. */
	readonly refuse: (answer: Answer) => void;
};

type Deps = {
	readonly dialer: Dialer;
	readonly limits: Pick<
		EngineLimits,
		'firstBytesMs' | 'clientHelloBytes' | 'tunnelIdleMs' | 'halfClosedIdleMs'
	>;
};

/**
Bytes both ways, each side's end passed on, until both have ended. A peeked tunnel lets the
server speak at once, and shows the client's first bytes to the passage before they go up.
Resolves when it is over; the passage is told once.
*/
export const relayTunnel = async (tunnelled: Tunnelled, deps: Deps): Promise<void> => {
	const {client, passage, refuse} = tunnelled;
	const revoked = new AbortController();
	passage.onRevoked(cause => revoked.abort(cause));

	try {
		const upstream = await open(tunnelled, deps, revoked.signal);

		// Its close event has been: nothing would end the other side.
		if (client.destroyed) {
			upstream.destroy();
			passage.closed({in: 0, out: 0}, 'client_gone');
			return;
		}

		await new Pump(tunnelled, upstream, deps).run(revoked.signal);
	} catch (error) {
		const failure = upstreamError(error);
		refuse(passage.failed(failure.reason, failure.message));
		client.resume();
		passage.closed({in: 0, out: 0}, failure.reason);
	}
};

const open = async (
	{passage}: Tunnelled,
	{dialer}: Deps,
	revoked: AbortSignal,
): Promise<Socket> => {
	if (!passage.route || !passage.isOpen()) {
		throw changed();
	}

	const upstream = await dialer.open(passage.route, revoked);

	if (!passage.isOpen()) {
		upstream.destroy();
		throw changed();
	}

	return upstream;
};

class Pump {
	readonly #tunnelled: Tunnelled;
	readonly #upstream: Socket;
	readonly #limits: Deps['limits'];
	#before = 0;
	#cause: string | undefined;

	constructor(tunnelled: Tunnelled, upstream: Socket, {limits}: Deps) {
		this.#tunnelled = tunnelled;
		this.#upstream = upstream;
		this.#limits = limits;
	}

	async run(revoked: AbortSignal): Promise<void> {
		const {client, mode, passage, greet} = this.#tunnelled;
		const over = Promise.all([closing(client), closing(this.#upstream)]);
		this.#tie();
		revoked.addEventListener('abort', () => this.#cut(String(revoked.reason)));
		greet();
		this.#before = client.bytesWritten;
		this.#upstream.pipe(client);

		if (mode === 'peek') {
			await this.#peek();
		} else {
			client.pipe(this.#upstream);
		}

		await over;
		passage.closed({in: this.#upstream.bytesRead, out: this.#upstream.bytesWritten}, this.#cause);
	}

	async #peek(): Promise<void> {
		const {client, passage} = this.#tunnelled;
		const opening = await readFirst(client, {
			decideMs: this.#limits.firstBytesMs,
			maxBytes: this.#limits.clientHelloBytes,
		});

		if (opening.kind === 'ended' || opening.kind === 'silent') {
			this.#upstream.end();
			return;
		}

		const objection = objectionOf(passage, opening);

		if (objection !== undefined) {
			this.#refuse(objection, opening);
		} else if (passage.isOpen()) {
			client.pipe(this.#upstream);
		} else {
			this.#cut('policy_changed');
		}
	}

	/** An HTTP client that heard nothing yet can read an answer; any other gets a reset. */
	#refuse(objection: Answer | 'broken', {kind}: FirstBytes): void {
		const {client, refuse} = this.#tunnelled;
		this.#upstream.unpipe(client);

		if (objection === 'broken' || kind !== 'http' || client.bytesWritten > this.#before) {
			this.#cut('refused');
			return;
		}

		this.#cause = 'refused';
		refuse(objection);
		this.#upstream.destroy();
	}

	/** Neither side outlives the other's failure, nor its own silence. */
	#tie(): void {
		const {client} = this.#tunnelled;
		const sides = [
			[client, this.#upstream],
			[this.#upstream, client],
		] as const;

		for (const [side, other] of sides) {
			side.setTimeout(this.#limits.tunnelIdleMs, () => this.#cut('idle'));
			side.once('error', () => reset(other));
			side.once('close', () => side.readableEnded || this.#cause || reset(other));
			side.once('end', () => {
				side.setTimeout(this.#limits.halfClosedIdleMs);
				other.setTimeout(this.#limits.halfClosedIdleMs);
			});
		}
	}

	#cut(cause: string): void {
		this.#cause ??= cause;
		reset(this.#tunnelled.client);
		reset(this.#upstream);
	}
}

/** Fails closed: a passage that throws objects. */
const objectionOf = (passage: Passage, first: FirstBytes): Answer | 'broken' | undefined => {
	try {
		return passage.first(first);
	} catch {
		return 'broken';
	}
};

/** A reset says that the bytes are not whole; an end would not. */
const reset = (socket: Socket) => {
	if (!socket.destroyed) {
		socket.resetAndDestroy();
	}
};

const closing = (socket: Socket): Promise<void> =>
	new Promise(resolve => {
		socket.destroyed ? resolve() : socket.once('close', () => resolve());
	});

const changed = () =>
	new UpstreamError('policy_changed', 'the policy changed while the place was dialled');
