import type {AddRule} from '../operation.ts';
import type {Endpoint} from '../policy.ts';
import {union} from '../same.ts';

/** An operation with sorted ports, every list without repetition, and the rule's name filled in. */
export const normalise = ({ruleName, rule}: AddRule): AddRule => ({
	ruleName,
	rule: {
		...rule,
		name: rule.name === '' ? ruleName : rule.name,
		endpoints: rule.endpoints.map(normaliseEndpoint),
		binaries: union(rule.binaries, []),
	},
});

const normaliseEndpoint = (endpoint: Endpoint): Endpoint => ({
	...endpoint,
	ports: sortedPorts(endpoint.ports),
	rules: union(endpoint.rules, []),
	deny_rules: union(endpoint.deny_rules, []),
	allowed_ips: union(endpoint.allowed_ips, []),
});

export const sortedPorts = (ports: readonly number[]): readonly number[] =>
	[...new Set(ports)].sort((a, b) => a - b);
