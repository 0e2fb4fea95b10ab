import type {
	AccessPreset,
	AllowRule,
	Endpoint,
	Enforcement,
	Matcher,
	PersistedQuery,
} from '../policy.ts';
import {globText} from './glob-text.ts';
import {allowRule, matcher} from './matcher.ts';
import {
	flag,
	list,
	namedMap,
	optional,
	type Reader,
	record,
	required,
	text,
	wholeNumber,
	word,
} from './readers.ts';

/** An endpoint as it is written: every key may be absent. */
export type WrittenEndpoint = {
	readonly [K in keyof Omit<Endpoint, 'tls' | 'mcp' | 'json_rpc'>]?: Endpoint[K] | undefined;
} & {
	readonly port?: number | undefined;
	readonly tls?: string | undefined;
	readonly json_rpc?: {readonly max_body_bytes?: number | undefined} | undefined;
	readonly mcp?: WrittenMcp | undefined;
};

type WrittenMcp = {
	readonly max_body_bytes?: number | undefined;
	readonly strict_tool_names?: boolean | undefined;
	readonly allow_all_known_mcp_methods?: boolean | undefined;
};

const enforcements = ['enforce', 'audit'] as const satisfies readonly Enforcement[];
const accessPresets = [
	'',
	'read-only',
	'read-write',
	'full',
] as const satisfies readonly AccessPreset[];

const bodyLimit = wholeNumber(0, 2 ** 32 - 1);

const persistedQuery: Reader<PersistedQuery> = place => {
	const written = record<Partial<PersistedQuery>>({
		operation_type: optional(text),
		operation_name: optional(text),
		fields: optional(list(text)),
	})(place);
	return written && {operation_type: '', operation_name: '', fields: [], ...written};
};

/** contract 1.2, key by key; what the keys mean together is checked in `check-endpoint.ts`. */
export const writtenEndpoint: Reader<WrittenEndpoint> = record<WrittenEndpoint>({
	host: optional(text as Reader<Endpoint['host']>),
	port: optional(wholeNumber(0, 65_535, 'InvalidEndpointPort')),
	ports: optional(
		list(wholeNumber(1, 65_535, 'InvalidEndpointPort'), 'ports list cannot be empty'),
	),
	path: optional(globText('path')),
	protocol: optional(text),
	tls: optional(word('UnknownTls', ['', 'skip', 'terminate', 'passthrough'])),
	enforcement: optional(word('UnknownEnforcement', enforcements)),
	access: optional(word('UnknownAccess', accessPresets)),
	rules: optional(list<AllowRule>(allowRule, 'rules list cannot be empty; leave it out')),
	deny_rules: optional(list<Matcher>(matcher, 'deny_rules list cannot be empty; leave it out')),
	allowed_ips: optional(list(text, 'allowed_ips list cannot be empty; leave it out')),
	allow_encoded_slash: optional(flag),
	websocket_credential_rewrite: optional(flag),
	request_body_credential_rewrite: optional(flag),
	allow_uninspected_credentials: optional(flag),
	persisted_queries: optional(text as Reader<Endpoint['persisted_queries']>),
	graphql_persisted_queries: optional(namedMap(persistedQuery)),
	graphql_max_body_bytes: optional(bodyLimit),
	json_rpc: optional(record<{max_body_bytes?: number}>({max_body_bytes: optional(bodyLimit)})),
	mcp: optional(
		record<WrittenMcp>({
			max_body_bytes: optional(bodyLimit),
			strict_tool_names: optional(flag),
			allow_all_known_mcp_methods: optional(flag),
		}),
	),
	credential_signing: optional(text as Reader<Endpoint['credential_signing']>),
	signing_service: optional(text),
	signing_region: optional(text),
	credential_binding: optional(record<{provider: string}>({provider: required(text)})),
});
