import {isSameMcpContract} from './merge/mcp.ts';
import {isAnyBinary} from './merge/scope.ts';
import type {Endpoint, NetworkRule, Policy} from './policy.ts';
import {has, same} from './same.ts';

/**
Whether a policy in force already says what a rule asks (contract §2.6): for each of its
endpoints, ports and binaries there is one loaded rule with that binary and one endpoint of it
that agrees. Drives `policy_reloaded`, and tells a proposal that nothing is left to decide.
*/
export const covers = (policy: Policy, rule: NetworkRule): boolean => {
	const loaded = [...policy.network_policies.values()];
	return (
		rule.endpoints.length > 0 &&
		rule.binaries.length > 0 &&
		rule.endpoints.every(endpoint =>
			endpoint.ports.every(port =>
				rule.binaries.every(binary =>
					loaded.some(
						candidate =>
							(isAnyBinary(candidate) || has(candidate.binaries, binary)) &&
							candidate.endpoints.some(other => isCoveredBy(endpoint, port, other)),
					),
				),
			),
		)
	);
};

const isCoveredBy = (asked: Endpoint, port: number, loaded: Endpoint): boolean =>
	loaded.ports.includes(port) &&
	exact.every(field => asked[field] === loaded[field]) &&
	whereSet.every(field => !asked[field] || same(asked[field], loaded[field])) &&
	(asked.protocol !== 'mcp' || isSameMcpContract(asked, loaded)) &&
	asked.graphql_persisted_queries.size <= loaded.graphql_persisted_queries.size &&
	[...asked.graphql_persisted_queries].every(([key, query]) =>
		same(query, loaded.graphql_persisted_queries.get(key)),
	) &&
	asked.rules.every(item => has(loaded.rules, item)) &&
	asked.deny_rules.every(item => has(loaded.deny_rules, item)) &&
	asked.allowed_ips.every(item => has(loaded.allowed_ips, item));

/** Their defaults are explicit, so they are always said. */
const exact = ['host', 'path', 'tls', 'enforcement'] as const satisfies ReadonlyArray<
	keyof Endpoint
>;

/** Said only where they differ from their empty value; a flag that is off asks for nothing. */
const whereSet = [
	'protocol',
	'access',
	'allow_encoded_slash',
	'websocket_credential_rewrite',
	'request_body_credential_rewrite',
	'allow_uninspected_credentials',
	'persisted_queries',
	'graphql_max_body_bytes',
	'json_rpc',
	'credential_signing',
	'signing_service',
	'signing_region',
	'credential_binding',
] as const satisfies ReadonlyArray<keyof Endpoint>;
