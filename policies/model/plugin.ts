import type {Chunk} from './chunk.ts';
import type {CompiledPolicy} from './compile.ts';
import type {Decision} from './decision.ts';
import type {Denial} from './denial.ts';
import type {Event} from './event.ts';
import type {ConnectionIntent, Intent, RequestIntent} from './intent.ts';
import type {BundleId, ChunkId, Digest, SandboxName} from './names.ts';
import type {OperationJson} from './operation.ts';
import type {ProtocolWord} from './protocol.ts';
import type {Result} from './result.ts';
import type {Settings, Tier} from './settings.ts';

/**
One link of the proxy's chain. Its life:

1. `plugin(host)` is called once at start; a throw stops the start.
2. `protocol`, if any, joins the registry before the first policy is compiled.
3. For each connection: `onConnect`, in chain order; the first refusal ends it.
4. For each request: `serve` if the host is the plugin's own, else `onRequest`, in chain order.
5. `onDecision` tells every plugin what was decided; `onDenied` renders the first refusal.
6. `onClose` when the connection is over.

A hook may serve or refuse, never allow: only `evaluate` allows. Anything thrown is a denial.
*/
export type Plugin = {
	readonly name: string;
	readonly protocol?: ProtocolWord;
	readonly hooks?: Hooks;
};

export type MakePlugin = (host: PluginHost) => Plugin;

export type Hooks = {
	readonly serve?: VirtualHost;
	onConnect?(intent: ConnectionIntent): Promise<Refusal | undefined>;
	onRequest?(intent: RequestIntent, head: RequestHead): Promise<Refusal | undefined>;
	/** Built-in credentials only, after every foreign hook: the head as it goes upstream. */
	onForward?(intent: RequestIntent, head: RequestHead): Promise<RequestHead>;
	/** Told, not asked; never waited for. */
	onDecision?(intent: Intent, decision: Decision): void;
	/** The answer the client reads; the first plugin that returns one renders it. */
	onDenied?(denial: Denial): Answer | undefined;
	/** Every event of the proxy, as it happens. */
	onEvent?(event: Event): void;
	onClose?(connection: string): void;
};

export type Refusal = {readonly reason: string};

/** A host that exists only inside the proxy. */
export type VirtualHost = {
	/** Canonical, without port; served on plain HTTP, port 80, only. */
	readonly host: string;
	handle(exchange: Exchange): Promise<void>;
};

/** One request and its answer, whatever engine carries it. */
export type Exchange = {
	readonly id: string;
	readonly head: RequestHead;
	readonly body: AsyncIterable<Uint8Array>;
	respond(answer: Answer): Promise<void>;
	/** Fires when the client is gone. */
	readonly signal: AbortSignal;
};

export type HeaderPairs = readonly (readonly [name: string, value: string])[];

export type RequestHead = {
	/** As received. */
	readonly method: string;
	/** Query included. As a client sent it: origin form in a tunnel, absolute form on the plain listener; on its way on, origin form. */
	readonly target: string;
	readonly headers: HeaderPairs;
};

export type Answer = {
	readonly status: number;
	readonly headers: HeaderPairs;
	readonly body: string;
};

/** The ports a plugin may use; wired in `cli`. */
export type PluginHost = {
	readonly sandbox: {readonly name: SandboxName; readonly tier: Tier; readonly skillFile: string};
	/** The policy in force. */
	readonly policy: PolicyPort;
	/** Undefined: this proxy runs without a gateway. */
	readonly gateway: Gateway | undefined;
	readonly denials: DenialRing;
	readonly logs: LogReader;
	settings(): Settings;
	readonly clock: Clock;
	newId(): string;
	/** What the config file says under `plugins.<name>`. */
	readonly config: Readonly<Record<string, unknown>>;
};

export type Clock = {
	/** Milliseconds since the epoch. */
	now(): number;
	/** Resolves after `ms`, or at once when the signal fires. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
};

export type PolicyPort = {
	current(): PolicyInForce | undefined;
	/** Called after each swap; returns the end of the subscription. */
	onSwap(listener: () => void): () => void;
};

export type PolicyInForce = {
	readonly revision: number;
	readonly hash: Digest;
	readonly yaml: string;
	readonly compiled: CompiledPolicy;
};

/** The proxy's memory of its last refusals, newest first. */
export type DenialRing = {
	recent(count: number): readonly Denial[];
	find(id: string): Denial | undefined;
};

export type LogReader = {
	/** Shorthand lines of this sandbox, newest first, of which `matches` is true. */
	lines(count: number, matches: (line: string) => boolean): Promise<LogLines>;
};

export type LogLines = {readonly lines: readonly string[]; readonly log_available: boolean};

/** What this sandbox may ask of its gateway. */
export type Gateway = {
	submit(proposal: Submission): Promise<Result<SubmissionAnswer, GatewayFailure>>;
	chunks(): Promise<Result<readonly Chunk[], GatewayFailure>>;
	chunk(id: string): Promise<Result<Chunk, GatewayFailure>>;
	/** Called when the gateway says that a chunk changed; returns the end of the subscription. */
	onChunk(id: string, listener: () => void): () => void;
};

export type Submission = {
	readonly mode: 'agent_authored' | 'mechanistic';
	readonly intent_summary: string;
	readonly operations: readonly OperationJson[];
	readonly denials: readonly Denial[];
	readonly supersedes: readonly ChunkId[];
};

export type SubmissionAnswer = {
	readonly bundle_id: BundleId | '';
	readonly accepted_chunks: number;
	readonly rejected_chunks: number;
	readonly rejection_reasons: readonly string[];
	readonly accepted_chunk_ids: readonly ChunkId[];
	readonly rejected_chunk_ids: readonly ChunkId[];
};

export type GatewayFailure = {
	readonly kind: 'unreachable' | 'not_found' | 'refused' | 'rate_limited';
	readonly detail: string;
	readonly retry_after_s?: number;
};
