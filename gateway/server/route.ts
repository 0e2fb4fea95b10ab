import type {IncomingMessage} from 'node:http';
import type {Readable} from 'node:stream';
import {ok, type Result} from '../../policies/model/result.ts';
import type {Failure} from '../service/failure.ts';
import type {Store} from '../store/open.ts';
import type {SandboxRow} from '../store/rows.ts';
import type {Principal} from './principal.ts';

/** Who may ask: `either` is any reviewer, and a sandbox for what is its own. */
export type Who = 'reviewer' | 'sandbox' | 'either';

/** What a route gets: everything about the request that was checked before it. */
export type Input = {
	readonly principal: Principal;
	readonly params: ReadonlyMap<string, string>;
	readonly query: URLSearchParams;
	/** Parsed JSON, not yet shaped; undefined without a body. */
	readonly body: unknown;
	readonly answering: Answering;
};

/**
The store for a write that is answered, with this status, by what its transaction resolves to: for a
repeated request the answer is kept in that same transaction.
*/
export type Answering = (status: number) => Store;

/** The route names a sandbox: it exists, and is the caller's own if the caller is a sandbox. */
export type SandboxInput = Input & {readonly sandbox: SandboxRow};

export type Reply = {readonly status?: number; readonly body: object};

export type Answered = Promise<Result<Reply, Failure>>;

type Common = {
	readonly method: 'get' | 'put' | 'post' | 'delete';
	/** As the router spells it: `/v1/sandboxes/:name/chunks/:id`. */
	readonly path: string;
	/** The answer holds a private key: never kept for a repeated request. */
	readonly isSecret?: boolean;
};

/** One line of the gateway's table of routes. */
export type Route = Common &
	(
		| {readonly kind: 'open'; readonly handle: () => Answered}
		| {
				readonly kind: 'reviewers';
				readonly handle: (input: Input) => Answered;
		  }
		| {
				readonly kind: 'sandbox';
				readonly who: Who;
				/** Costs more than a look: its own bound (X33). */
				readonly isSubmission?: boolean;
				readonly handle: (input: SandboxInput) => Answered;
		  }
		| {
				/** A feed, of one sandbox or of all. */
				readonly kind: 'feed';
				readonly scope: 'sandbox' | 'all';
				readonly handle: (input: FeedInput) => Promise<Result<FeedReply, Failure>>;
		  }
	);

export type FeedInput = Input & {
	readonly sandbox: SandboxRow | 'all';
	readonly request: IncomingMessage;
};

export type FeedReply = {readonly stream: Readable; readonly epoch: string};

/** What a service gave, as the answer's body. */
export const reply = (result: Result<object, Failure>): Awaited<Answered> =>
	result.ok ? ok({body: result.value}) : result;
