import type {Chunk} from '../../policies/model/chunk.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {Digest, SandboxId, SandboxName} from '../../policies/model/names.ts';
import type {Revision} from '../../policies/model/revision.ts';
import type {Settings, Tier} from '../../policies/model/settings.ts';

/** The JSON that crosses between gateway, proxies and reviewers: every path and shape, once. */

export type Health = {
	readonly version: string;
	readonly database: 'ok' | 'unavailable';
	readonly uptime_s: number;
};

/** `PUT /v1/sandboxes/{name}`. */
export type AttachSandbox = {
	readonly policy_yaml: string;
	readonly settings: Partial<Settings>;
	readonly tier: Tier;
	/** Identity of the directory the sandbox belongs to. */
	readonly workdir: string;
	readonly resume: boolean;
	readonly replace_policy: boolean;
};

export type AttachedSandbox = {
	readonly id: SandboxId;
	readonly name: SandboxName;
	readonly revision: number;
	/** Rules and leases inherited from an earlier run of this name. */
	readonly inherited: readonly string[];
	/** PEM. */
	readonly certificate: string;
	readonly key: string;
	readonly ca: string;
};

/** `POST /v1/sandboxes/{name}/certificate`: PEM. The one in use stays valid until the next renewal. */
export type Certificate = Pick<AttachedSandbox, 'certificate' | 'key' | 'ca'>;

export type SandboxSummary = {
	readonly id: SandboxId;
	readonly name: SandboxName;
	readonly tier: Tier;
	readonly is_connected: boolean;
	readonly revision: number;
	readonly pending_chunks: number;
	readonly created_at: string;
};

/** `GET /v1/sandboxes/{name}/config`. */
export type SandboxConfig = {
	readonly revision: number;
	readonly hash: Digest;
	readonly policy_yaml: string;
	readonly leases: readonly never[];
	readonly settings: Settings;
	readonly credential_scopes: readonly never[];
};

/** `POST /v1/sandboxes/{name}/revisions/{r}/status`. */
export type LoadReport = {readonly loaded: true} | {readonly loaded: false; readonly error: string};

/** `POST /v1/sandboxes/{name}/denials`. */
export type DenialBatch = {
	readonly denials: readonly Denial[];
	/** Rows the proxy had to drop since the last batch. */
	readonly dropped: number;
};

/** `POST …/chunks/{id}/approve` and `…/reject`. */
export type ApproveRequest = {
	readonly review_token: string;
	readonly via?: 'cli' | 'tui' | 'api' | 'demo';
};
export type RejectRequest = {
	readonly reason: string;
	readonly guidance_code: string;
	readonly review_token?: string;
	readonly via?: 'cli' | 'tui' | 'api' | 'demo';
};

/** A ruling's answer: the chunk as it is now, and the revision that is being activated. */
export type RulingAnswer = {
	readonly chunk: Chunk;
	readonly revision?: Pick<Revision, 'revision' | 'hash' | 'state'>;
};

export type FeedKind =
	| 'config-changed'
	| 'chunk-changed'
	| 'ruling'
	| 'revision-changed'
	| 'denial'
	| 'lease'
	| 'reviewer'
	| 'sandbox-connected'
	| 'sandbox-gone';

/** One server-sent event; `id:` is `seq`, the cursor to resume from. */
export type FeedEvent = {
	readonly seq: number;
	readonly at: number;
	readonly sandbox: SandboxName;
	readonly kind: FeedKind;
	/** The chunk, revision or denial it is about: ids and state, fetched for the rest. */
	readonly data: Readonly<Record<string, string | number | boolean>>;
};

/** Every error body. */
export type WireError = {
	readonly error: string;
	readonly detail: string;
	readonly retry_after_s?: number;
	/** With 409 `stale`: the chunk as it is now. */
	readonly chunk?: Chunk;
};

/** `gateway.json` in the runtime directory. */
export type GatewayPlace = {
	readonly pid: number;
	readonly version: string;
	readonly sandbox_url: string;
	readonly ca_file: string;
};

const name = (sandbox: string): string => `/v1/sandboxes/${encodeURIComponent(sandbox)}`;

/** Every path, built in one place. */
export const paths = {
	health: '/v1/health',
	sandboxes: '/v1/sandboxes',
	events: '/v1/events',
	sandbox: name,
	config: (sandbox: string): string => `${name(sandbox)}/config`,
	certificate: (sandbox: string): string => `${name(sandbox)}/certificate`,
	sandboxEvents: (sandbox: string): string => `${name(sandbox)}/events`,
	revisionStatus: (sandbox: string, revision: number): string =>
		`${name(sandbox)}/revisions/${revision}/status`,
	proposals: (sandbox: string): string => `${name(sandbox)}/proposals`,
	denials: (sandbox: string): string => `${name(sandbox)}/denials`,
	chunks: (sandbox: string): string => `${name(sandbox)}/chunks`,
	chunk: (sandbox: string, id: string): string =>
		`${name(sandbox)}/chunks/${encodeURIComponent(id)}`,
	approve: (sandbox: string, id: string): string => `${paths.chunk(sandbox, id)}/approve`,
	reject: (sandbox: string, id: string): string => `${paths.chunk(sandbox, id)}/reject`,
	settings: (sandbox: string): string => `${name(sandbox)}/settings`,
	setting: (sandbox: string, key: string): string =>
		`${name(sandbox)}/settings/${encodeURIComponent(key)}`,
	globalSettings: '/v1/settings',
	globalSetting: (key: string): string => `/v1/settings/${encodeURIComponent(key)}`,
} as const;
