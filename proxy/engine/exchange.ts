import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Answer, Exchange, RequestHead} from '../../policies/model/plugin.ts';
import {continued, type LingerLimits, writeAnswer} from './answer.ts';

/** An exchange over HTTP/1.1, as gate and plugins see it. */
export class HttpExchange implements Exchange {
	readonly id: string;
	readonly head: RequestHead;
	readonly #request: IncomingMessage;
	readonly #response: ServerResponse;
	readonly #limits: LingerLimits;
	#gone: AbortController | undefined;
	#isOurs = false;

	constructor(
		id: string,
		head: RequestHead,
		response: ServerResponse<IncomingMessage>,
		limits: LingerLimits,
	) {
		this.id = id;
		this.head = head;
		this.#request = response.req;
		this.#response = response;
		this.#limits = limits;
	}

	/** Leaving the loop early leaves the connection alone: the answer is still to be sent. */
	get body(): AsyncIterable<Uint8Array> {
		return this.#request.iterator({destroyOnReturn: false});
	}

	/** Made when first asked for: most exchanges never need one. */
	get signal(): AbortSignal {
		this.#gone ??= this.#watch();
		return this.#gone.signal;
	}

	get isGone(): boolean {
		return this.#response.destroyed;
	}

	get isAnswered(): boolean {
		return this.#response.headersSent;
	}

	/** The answer is one of ours, whole, and needs no more of the client. */
	get isOurs(): boolean {
		return this.#isOurs;
	}

	/** Tells a client that asked before sending its body to send it. */
	continue(): void {
		if (this.#request.headers.expect !== undefined && this.#request.httpVersion === '1.1') {
			continued.add(this.#response);
			this.#response.writeContinue();
		}
	}

	/** Resolves when the answer is handed over, or at once when the client is gone. */
	respond(answer: Answer): Promise<void> {
		this.#isOurs ||= !this.#response.headersSent;
		writeAnswer(this.#response, answer, this.#limits);
		return this.#response.writableFinished || this.#response.destroyed
			? Promise.resolve()
			: new Promise(resolve => {
					this.#response.once('finish', resolve).once('close', resolve);
				});
	}

	#watch(): AbortController {
		const gone = new AbortController();
		const look = () => {
			if (!this.#response.writableFinished) {
				gone.abort();
			}
		};
		this.#response.once('close', look);

		if (this.#response.destroyed) {
			look();
		}

		return gone;
	}
}
