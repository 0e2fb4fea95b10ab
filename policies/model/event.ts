import type {Origin} from './chunk.ts';
import type {DenialCode} from './codes.ts';
import type {Caller} from './intent.ts';
import type {ChunkId, DenialId} from './names.ts';
import type {Ruling} from './revision.ts';

/**
One line of the record, before it becomes OCSF. Typed so that a header, a body, a query string
or an environment variable has nowhere to go. `at` is milliseconds since the epoch.
*/
export type Event = ProxyEvent | TrafficEvent | ProposalEvent;

export type ProxyEvent =
	| (At & {
			readonly kind: 'proxy.started';
			readonly revision: number;
			readonly pid: number;
			/** The boot before this one ended without `proxy.stopped`. */
			readonly previousWasKilled: boolean;
			/** `--connect-to` and `--upstream-ca`, as given. */
			readonly overrides: readonly string[];
	  })
	| (At & {readonly kind: 'proxy.listening'; readonly address: string; readonly port: number})
	| (At & {
			readonly kind: 'proxy.stopped';
			readonly signal: string;
			readonly openConnections: number;
			readonly durationMs: number;
	  })
	| (At & {
			readonly kind: 'policy.loaded' | 'policy.reloaded';
			readonly source: 'gateway' | 'file';
			readonly revision: number;
			readonly hash: string;
			readonly ruleCount: number;
			readonly previousRevision?: number;
	  })
	| (At & {
			readonly kind: 'policy.load_failed';
			readonly source: 'gateway' | 'file';
			readonly revision: number;
			readonly error: string;
			/** The previous policy stays in force; otherwise everything is denied. */
			readonly isPreviousKept: boolean;
	  })
	| (At & {
			readonly kind: 'log.degraded';
			readonly count: number;
			readonly firstSequence: number;
			readonly lastSequence: number;
			readonly cause: string;
	  });

export type TrafficEvent = NetworkEvent | RequestEvent;

export type NetworkEvent =
	| (Place & {readonly kind: 'net.open.allowed'; readonly because: string})
	| (Place & Refused & {readonly kind: 'net.open.denied' | 'net.ssrf.blocked'})
	| (Place & {
			readonly kind: 'net.tls.failed';
			readonly side: 'client' | 'upstream';
			readonly error: string;
	  })
	| (Place & {
			readonly kind: 'net.upstream.failed';
			readonly code: DenialCode;
			readonly error: string;
	  })
	| (Place & {
			readonly kind: 'net.close';
			readonly bytesIn: number;
			readonly bytesOut: number;
			readonly durationMs: number;
			/** Why it ended, where it was not the peers' own doing. */
			readonly cause?: string;
	  });

export type RequestEvent =
	| (Request & {
			readonly kind: 'http.request.allowed';
			readonly status: number;
			readonly latencyMs: number;
	  })
	| (Request & Refused & {readonly kind: 'http.request.denied'; readonly status: number})
	| (Request & {
			readonly kind: 'http.request.audited';
			readonly status: number;
			readonly latencyMs: number;
			readonly code: DenialCode;
			readonly reason: string;
	  })
	| (Request & {
			readonly kind: 'http.upstream.failed';
			readonly status: number;
			readonly code: DenialCode;
			readonly error: string;
	  });

export type ProposalEvent =
	| (At & ChunkFacts & {readonly kind: 'proposal.proposed'; readonly denials: readonly DenialId[]})
	| (At &
			ChunkFacts & {
				readonly kind: 'proposal.approved';
				readonly ruling: Ruling;
				readonly revision: number;
			})
	| (At & ChunkFacts & {readonly kind: 'proposal.rejected'; readonly ruling: Ruling});

type At = {readonly at: number};

type Place = At & {
	/** The thread through all events of one connection. */
	readonly connection: string;
	readonly host: string;
	readonly port: number;
	/** The address dialled or refused. */
	readonly address?: string;
	readonly client?: {readonly address: string; readonly port: number};
	readonly caller?: Caller;
	readonly rule?: string;
	/** Who decided: `opa` is the L4 table, `l7-rest` the word `rest`, `l7` the proxy before any word, `ssrf` the guard. */
	readonly engine: string;
	/** The place was reached through `--connect-to`. */
	readonly connectTo?: boolean;
};

type Request = Place & {
	readonly request: string;
	readonly scheme: 'http' | 'https';
	readonly method: string;
	/** Canonical, high-entropy segments masked, without query. */
	readonly path: string;
};

type Refused = {
	readonly code: DenialCode;
	readonly reason: string;
	readonly denial: DenialId;
};

type ChunkFacts = {
	readonly sandbox: string;
	readonly chunk: ChunkId;
	/** Absent: an agent wrote it. */
	readonly origin?: Origin;
	/** `add-rule NAME endpoints=[..] binaries=[..]`. */
	readonly summary: string;
	readonly hosts: readonly string[];
};
