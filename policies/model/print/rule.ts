import {makeEndpoint} from '../endpoint.ts';
import {defaultMaxBodyBytes} from '../parse/limits.ts';
import type {Endpoint, Example, Matcher, NetworkRule, PersistedQuery} from '../policy.ts';
import {type Plain, type PlainMap, plainMap, plainOf, sortedMap, unlessEmpty} from './plain.ts';

/** One rule as it is written under its key, defaults left out. */
export const plainRule = (rule: NetworkRule, key: string): PlainMap =>
	plainMap([
		['name', rule.name === key ? undefined : rule.name],
		['endpoints', rule.endpoints.map(plainEndpoint)],
		['binaries', rule.binaries.map(({path}) => plainMap([['path', path]]))],
		['match', unlessEmpty(rule.match.map(plainExample))],
		['not_match', unlessEmpty(rule.not_match.map(plainExample))],
	]);

/**
One endpoint in the order of contract 1.2. An inspected one always says how it is enforced:
elsewhere silence means audit, and a policy of ours must not turn into one that lets through.
*/
const plainEndpoint = (endpoint: Endpoint): PlainMap =>
	plainMap([
		['host', unlessEmpty<string>(endpoint.host)],
		...plainPorts(endpoint.ports),
		...differing(endpoint, ['path', 'protocol', 'tls']),
		['enforcement', plainEnforcement(endpoint)],
		...differing(endpoint, ['access']),
		[
			'rules',
			unlessEmpty(endpoint.rules.map(({allow}) => plainMap([['allow', plainMatcher(allow)]]))),
		],
		['deny_rules', unlessEmpty(endpoint.deny_rules.map(plainMatcher))],
		['allowed_ips', unlessEmpty(endpoint.allowed_ips)],
		...differing(endpoint, [
			'allow_encoded_slash',
			'websocket_credential_rewrite',
			'request_body_credential_rewrite',
			'allow_uninspected_credentials',
			'persisted_queries',
		]),
		[
			'graphql_persisted_queries',
			unlessEmpty(sortedMap(endpoint.graphql_persisted_queries, plainPersistedQuery)),
		],
		['graphql_max_body_bytes', endpoint.graphql_max_body_bytes || undefined],
		['json_rpc', plainRpc(endpoint.json_rpc)],
		['mcp', plainMcp(endpoint.mcp)],
		...differing(endpoint, ['credential_signing', 'signing_service', 'signing_region']),
		[
			'credential_binding',
			endpoint.credential_binding && plainMap([['provider', endpoint.credential_binding.provider]]),
		],
	]);

const defaults = makeEndpoint({});

type Scalars = {
	[K in keyof Endpoint]-?: Endpoint[K] extends string | boolean ? K : never;
}[keyof Endpoint];

const differing = (
	endpoint: Endpoint,
	keys: readonly Scalars[],
): ReadonlyArray<readonly [string, Plain | undefined]> =>
	keys.map(key => [key, endpoint[key] === defaults[key] ? undefined : endpoint[key]]);

const plainPorts = (
	ports: readonly number[],
): ReadonlyArray<readonly [string, Plain | undefined]> =>
	ports.length === 1 ? [['port', ports[0]]] : [['ports', unlessEmpty(ports)]];

const plainEnforcement = ({protocol, enforcement}: Endpoint): string | undefined =>
	enforcement === 'audit' || (protocol !== '' && protocol !== 'tcp') ? enforcement : undefined;

const plainLimit = (bytes: number): number | undefined =>
	bytes === defaultMaxBodyBytes ? undefined : bytes;

const plainRpc = (options: Endpoint['json_rpc']): PlainMap | undefined =>
	options && unlessEmpty(plainMap([['max_body_bytes', plainLimit(options.max_body_bytes)]]));

const plainMcp = (options: Endpoint['mcp']): PlainMap | undefined =>
	options &&
	unlessEmpty(
		plainMap([
			['max_body_bytes', plainLimit(options.max_body_bytes)],
			['strict_tool_names', options.strict_tool_names ? undefined : false],
			['allow_all_known_mcp_methods', unlessEmpty(options.allow_all_known_mcp_methods)],
		]),
	);

const plainPersistedQuery = (query: PersistedQuery): PlainMap =>
	plainMap([
		['operation_type', unlessEmpty(query.operation_type)],
		['operation_name', unlessEmpty(query.operation_name)],
		['fields', unlessEmpty(query.fields)],
	]);

const plainMatcher = (matcher: Matcher): PlainMap =>
	plainMap([
		['method', matcher.method],
		['path', matcher.path],
		['command', matcher.command],
		['query', matcher.query && sortedMap(matcher.query, plainAlternatives)],
		['operation_type', matcher.operation_type],
		['operation_name', matcher.operation_name],
		['fields', matcher.fields],
		['tool', matcher.tool],
		['params', matcher.params && plainParams(matcher.params)],
		['operation', matcher.operation],
		['refs', matcher.refs],
		['no_force', matcher.no_force],
		['no_delete', matcher.no_delete],
	]);

const plainParams = (params: NonNullable<Matcher['params']>): PlainMap =>
	plainMap([
		['name', params.name],
		['arguments', params.arguments && sortedMap(params.arguments, plainAlternatives)],
	]);

const plainAlternatives = (globs: readonly string[]): Plain =>
	globs.length === 1 && globs[0] !== undefined ? globs[0] : plainMap([['any', globs]]);

const plainExample = (example: Example): PlainMap =>
	plainMap([
		['binary', example.binary],
		['host', example.host],
		['port', example.port],
		['method', example.method],
		['path', example.path],
		['query', example.query && plainOf(example.query)],
	]);
