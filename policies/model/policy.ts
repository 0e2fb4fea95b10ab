import type {Host, RuleKey} from './names.ts';

/**
The OpenShell policy document. Fields are spelled as the language spells them, so that
what is read in a policy file is found here under the same name. Defaults are explicit:
a value of this type never leaves a meaning open.
*/
export type Policy = {
	readonly version: number;
	/** Static after create, like `landlock` and `process`. */
	readonly filesystem_policy?: FilesystemPolicy;
	readonly landlock?: {readonly compatibility: string};
	readonly process?: {readonly run_as_user?: string; readonly run_as_group?: string};
	/** In sorted key order. */
	readonly network_policies: ReadonlyMap<RuleKey, NetworkRule>;
	readonly network_middlewares: ReadonlyMap<string, Middleware>;
};

export type FilesystemPolicy = {
	readonly include_workdir: boolean;
	readonly read_only: readonly string[];
	readonly read_write: readonly string[];
};

/** Binaries × endpoints: every listed binary may reach every listed endpoint. */
export type NetworkRule = {
	readonly name: string;
	readonly endpoints: readonly Endpoint[];
	/** Globs over executable and ancestor paths; `/**` is any binary. Never empty in a valid policy. */
	readonly binaries: readonly Binary[];
	/** Requests this rule must allow, and must not allow, as `policy explain` takes them. */
	readonly match: readonly Example[];
	readonly not_match: readonly Example[];
};

export type Binary = {readonly path: string};

export type Example = {
	readonly binary?: string;
	readonly host?: string;
	readonly port?: number;
	readonly method?: string;
	readonly path?: string;
	readonly query?: Readonly<Record<string, readonly string[]>>;
};

export type Enforcement = 'enforce' | 'audit';
export type AccessPreset = '' | 'read-only' | 'read-write' | 'full';

export type Endpoint = {
	/** Exact name, address or host pattern in canonical form; empty only with `allowed_ips`. */
	readonly host: Host | '';
	/** Sorted, unique, 1 to 65535. */
	readonly ports: readonly number[];
	/** Selects among several protocols on one host and port; empty is any path. */
	readonly path: string;
	/** Empty is L4; else a protocol word, lower case. */
	readonly protocol: string;
	/** `skip` is a raw tunnel that nothing peeks into. */
	readonly tls: '' | 'skip';
	readonly enforcement: Enforcement;
	readonly access: AccessPreset;
	readonly rules: readonly AllowRule[];
	readonly deny_rules: readonly Matcher[];
	readonly allowed_ips: readonly string[];
	readonly allow_encoded_slash: boolean;
	readonly websocket_credential_rewrite: boolean;
	readonly request_body_credential_rewrite: boolean;
	readonly allow_uninspected_credentials: boolean;
	readonly persisted_queries: '' | 'deny' | 'allow_registered';
	readonly graphql_persisted_queries: ReadonlyMap<string, PersistedQuery>;
	readonly graphql_max_body_bytes: number;
	readonly json_rpc?: {readonly max_body_bytes: number};
	readonly mcp?: McpOptions;
	readonly credential_signing: '' | 'sigv4' | 'sigv4:body' | 'sigv4:no_body';
	readonly signing_service: string;
	readonly signing_region: string;
	readonly credential_binding?: {readonly provider: string};
};

export type PersistedQuery = {
	readonly operation_type: string;
	readonly operation_name: string;
	readonly fields: readonly string[];
};

export type McpOptions = {
	readonly max_body_bytes: number;
	readonly strict_tool_names: boolean;
	readonly allow_all_known_mcp_methods: boolean;
};

export type AllowRule = {readonly allow: Matcher};

/** What a rule or a deny rule asks of a request. Absent means: not asked. */
export type Matcher = {
	readonly method?: string;
	readonly path?: string;
	readonly command?: string;
	/** Key to the globs of which one must match a value. */
	readonly query?: ReadonlyMap<string, readonly string[]>;
	readonly operation_type?: string;
	readonly operation_name?: string;
	readonly fields?: readonly string[];
	readonly tool?: string;
	readonly params?: McpParams;
	/** `protocol: git` only. */
	readonly operation?: string;
	readonly refs?: readonly string[];
	readonly no_force?: boolean;
	readonly no_delete?: boolean;
};

export type McpParams = {
	readonly name?: string;
	readonly arguments?: ReadonlyMap<string, readonly string[]>;
};

export type Middleware = {
	readonly name: string;
	readonly middleware: string;
	readonly order: number;
	readonly config: Readonly<Record<string, unknown>>;
	readonly on_error: '' | 'fail_closed' | 'fail_open';
	readonly endpoints: {readonly include: readonly string[]; readonly exclude: readonly string[]};
};

/** Something wrong, or odd, in a policy text: what, where, and the nearest valid word. */
export type Problem = {
	readonly severity: 'error' | 'warning';
	/** Stable name of the kind of problem, e.g. `TldWildcard`, `UnknownKey`. */
	readonly kind: string;
	/** What is wrong and what to write instead. */
	readonly message: string;
	/** Where in the document: `network_policies.github.endpoints[0].host`. */
	readonly at: string;
	/** From 1; absent where the input was not text. */
	readonly line?: number;
	readonly column?: number;
};
