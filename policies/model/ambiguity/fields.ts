import type {Endpoint, Matcher} from '../policy.ts';
import {pathScopesOverlap, specificityOf} from '../scope.ts';

export type Difference = {readonly field: string; readonly left: string; readonly right: string};

/** What two endpoints for the same place must agree on and do not. */
export const differencesOf = (left: Endpoint, right: Endpoint): readonly Difference[] => [
	...compare(connectionFields, left, right),
	...(sharesPipeline(left, right) ? compare(pipelineFields, left, right) : []),
];

type Fields = Readonly<Record<string, (endpoint: Endpoint) => unknown>>;

/** How the connection is handled, before any request is seen. */
const connectionFields: Fields = {
	transparent_tcp_eligible: ({protocol}) => protocol === 'tcp',
	tls: ({tls}) => tls || 'auto',
	allowed_ips: ({allowed_ips}) => [...new Set(allowed_ips)].sort(),
};

/** How a request is read and forwarded, once it is routed. */
const pipelineFields: Fields = {
	protocol: ({protocol}) => protocol,
	enforcement: ({enforcement}) => enforcement,
	allow_encoded_slash: endpoint => endpoint.allow_encoded_slash,
	websocket_credential_rewrite: endpoint => endpoint.websocket_credential_rewrite,
	request_body_credential_rewrite: endpoint => endpoint.request_body_credential_rewrite,
	websocket_graphql_policy: endpoint =>
		endpoint.protocol === 'websocket' && speaksGraphql(endpoint),
	credential_signing: endpoint => endpoint.credential_signing,
	signing_service: endpoint => endpoint.signing_service,
	signing_region: endpoint => endpoint.signing_region,
	'credential_binding.provider': endpoint => endpoint.credential_binding?.provider,
	graphql_max_body_bytes: endpoint => endpoint.graphql_max_body_bytes || defaultBodyBytes,
	'json_rpc.max_body_bytes': endpoint => endpoint.json_rpc?.max_body_bytes ?? defaultBodyBytes,
	'mcp.max_body_bytes': endpoint => endpoint.mcp?.max_body_bytes ?? defaultBodyBytes,
	'mcp.strict_tool_names': endpoint => endpoint.mcp?.strict_tool_names ?? true,
};

/** What a body limit left out means (contract §1.2). */
const defaultBodyBytes = 65536;

/** Neither endpoint's path is closer to the request, so either might route it. */
const sharesPipeline = (left: Endpoint, right: Endpoint): boolean =>
	hasPipeline(left) &&
	hasPipeline(right) &&
	specificityOf(left.path) === specificityOf(right.path) &&
	pathScopesOverlap(left.path, right.path);

const hasPipeline = ({protocol, tls, allowed_ips, credential_binding}: Endpoint): boolean =>
	(protocol !== '' && protocol !== 'tcp') ||
	tls !== '' ||
	allowed_ips.length > 0 ||
	credential_binding !== undefined;

const speaksGraphql = ({rules, deny_rules}: Endpoint): boolean =>
	[...rules.map(({allow}) => allow), ...deny_rules].some(hasOperation);

const hasOperation = ({operation_type, operation_name, fields}: Matcher): boolean =>
	operation_type !== undefined || operation_name !== undefined || fields !== undefined;

const compare = (fields: Fields, left: Endpoint, right: Endpoint): readonly Difference[] =>
	Object.entries(fields)
		.map(([field, read]) => ({field, left: shown(read(left)), right: shown(read(right))}))
		.filter(difference => difference.left !== difference.right);

const shown = (value: unknown): string =>
	typeof value === 'string' && value !== '' ? value : JSON.stringify(value ?? '');
