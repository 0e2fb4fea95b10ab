import type {ClientRequest, IncomingMessage, ServerResponse} from 'node:http';
import {hostPort} from '../../policies/model/host.ts';
import type {Answer, RequestHead} from '../../policies/model/plugin.ts';
import type {Passage, Route} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import {type Framing, requestHeaders} from './headers.ts';
import {Meter} from './meter.ts';
import type {LegOptions} from './pool.ts';
import {addResponseTrailers, cutResponse, writeResponseHead} from './response.ts';
import {codeOf, UpstreamError, upstreamError} from './upstream-error.ts';

/** An admitted request, the place it may go to, and the response it waits for. */
export type Forwarded = {
	readonly request: IncomingMessage;
	readonly response: ServerResponse;
	readonly framing: Framing;
	readonly passage: Passage;
	readonly route: Route;
	/** What goes upstream. */
	readonly head: RequestHead;
	readonly isTls: boolean;
	/** Gives the client an answer of ours; only called while none was begun. */
	readonly respond: (answer: Answer) => void;
};

type Limits = Pick<EngineLimits, 'upstreamIdleMs'>;
type Send = (options: LegOptions, fail: (error: Error) => void) => void;

/** One forwarded request from its start to the end of its response; tells the passage once. */
export class ForwardedRequest {
	readonly #forwarded: Forwarded;
	readonly #limits: Limits;
	readonly #send: Send;
	readonly #gone = new AbortController();
	readonly #meter = new Meter();
	#upstream: ClientRequest | undefined;
	#isRetry = false;
	#isAnswered = false;
	#isWhole = false;
	#isOver = false;

	constructor(forwarded: Forwarded, limits: Limits, send: Send) {
		this.#forwarded = forwarded;
		this.#limits = limits;
		this.#send = send;
	}

	start(): void {
		const {response, passage} = this.#forwarded;
		response.once('close', () => this.#end());
		passage.onRevoked(cause => this.#cut(cause));
		this.#attempt();
	}

	/** A connection is there and nothing was written to it yet. */
	connected(upstream: ClientRequest): void {
		this.#upstream = upstream;
		this.#meter.begin(upstream);

		if (this.#isOver || !this.#forwarded.passage.isOpen()) {
			upstream.destroy(changed());
			return;
		}

		// Also a 101 that nobody asked for: Node drops the connection and says nothing else.
		upstream.once('close', () => {
			if (this.#upstream === upstream && !this.#isAnswered) {
				this.fail(new UpstreamError('upstream_broken', 'the place gave no answer'));
			}
		});
		upstream.setTimeout(this.#limits.upstreamIdleMs, () =>
			upstream.destroy(new UpstreamError('upstream_timeout', 'no byte came for too long')),
		);
	}

	answered(answer: IncomingMessage): void {
		const {response, passage} = this.#forwarded;
		answer.on('error', ignore).once('close', () => answer.complete || this.#cut('upstream_cut'));

		if (this.#isOver || response.headersSent) {
			answer.destroy();
			return;
		}

		this.#isAnswered = true;
		passage.answered(answer.statusCode ?? 0);

		try {
			writeResponseHead(response, answer);
		} catch (error) {
			this.fail(
				new UpstreamError('upstream_broken', `the answer cannot be sent (${codeOf(error)})`),
			);
			return;
		}

		answer.once('end', () => {
			// Now: a moment later the connection may belong to another request.
			this.#meter.end();
			this.#isWhole = this.#upstream?.writableFinished === true;
			addResponseTrailers(response, answer);
		});
		answer.pipe(response);
	}

	/** http-proxy reports one failure in several ways; the first counts. */
	fail(error: unknown): void {
		const {response, passage, respond} = this.#forwarded;

		if (this.#isOver || response.destroyed) {
			return;
		}

		if (response.headersSent) {
			this.#cut('upstream_cut');
			return;
		}

		if (this.#mayRetry(error)) {
			this.#isRetry = true;
			this.#upstream = undefined;
			this.#attempt();
			return;
		}

		const failure = upstreamError(error);
		const answer = passage.failed(failure.reason, failure.message);
		this.#over(failure.reason);
		respond(answer);
	}

	#attempt(): void {
		const {request, head, framing, passage, route, isTls} = this.#forwarded;

		if (!passage.isOpen()) {
			this.fail(changed());
			return;
		}

		try {
			request.url = head.target;
			request.method = head.method;
			request.headers = requestHeaders(head.headers, authorityOf(route, isTls), framing);
			const leg = {route, passage, isTls, gone: this.#gone.signal};
			this.#send({leg, signal: leg.gone, setHost: false}, error => this.fail(error));
		} catch (error) {
			this.fail(new UpstreamError('policy_error', `the request cannot be sent (${codeOf(error)})`));
		}
	}

	/** A server may close an idle connection just as we reuse it. */
	#mayRetry(error: unknown): boolean {
		const {framing, head} = this.#forwarded;
		return (
			!this.#isRetry &&
			this.#upstream?.reusedSocket === true &&
			codeOf(error) === 'ECONNRESET' &&
			isRepeatable(head, framing)
		);
	}

	#cut(cause: string): void {
		if (!this.#isOver) {
			cutResponse(this.#forwarded.response);
			this.#over(cause);
		}
	}

	#end(): void {
		if (!this.#isOver) {
			this.#over(this.#forwarded.response.writableFinished ? undefined : 'client_gone');
		}
	}

	#over(cause: string | undefined): void {
		this.#isOver = true;
		const bytes = this.#meter.end();

		// Also when the answer came before the request was sent whole: nobody will read the rest.
		if (!this.#isWhole) {
			this.#gone.abort();
		}

		this.#forwarded.passage.closed(bytes, cause);
	}
}

/** Without effects beyond the first time, and without a body that is already spent (RFC 9110 §9.2.2). */
const isRepeatable = ({method}: RequestHead, {isChunked, contentLength = '0'}: Framing) =>
	repeatable.has(method) && !isChunked && contentLength === '0';

const changed = () =>
	new UpstreamError('policy_changed', 'the policy changed before the request was sent');

/** For a client of HTTP/1.0 that named no host. */
const authorityOf = ({host, port}: Route, isTls: boolean): string =>
	port === (isTls ? 443 : 80) ? hostPort(host, port).replace(/:\d+$/, '') : hostPort(host, port);

const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const ignore = () => undefined;
