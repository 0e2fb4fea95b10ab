import type {RuleKey} from '../names.ts';
import type {AddRule} from '../operation.ts';
import type {Endpoint, NetworkRule, Policy} from '../policy.ts';

export type Target = {
	readonly key: RuleKey;
	readonly rule: NetworkRule;
	/** The operation names this key; otherwise it only shares an endpoint. */
	readonly isNamed: boolean;
};

/**
The rule an operation joins: the one it names, else the first in key order that shares an
endpoint. Rules of providers are never joined by place.
*/
export const findTarget = (policy: Policy, {ruleName, rule}: AddRule): Target | undefined => {
	const key = ruleName as RuleKey;
	const named = policy.network_policies.get(key);
	if (named) {
		return {key, rule: named, isNamed: true};
	}

	const found = [...policy.network_policies]
		.filter(([key, existing]) => !key.startsWith('_provider_') && sharesEndpoint(existing, rule))
		.sort(([a], [b]) => (a < b ? -1 : 1))[0];
	return found && {key: found[0], rule: found[1], isNamed: false};
};

/** Same host, same path selector and a common port: one place, to be merged. */
export const isSamePlace = (a: Endpoint, b: Endpoint): boolean =>
	isSameSelector(a, b) && a.ports.some(port => b.ports.includes(port));

export const isSameSelector = (a: Endpoint, b: Endpoint): boolean =>
	a.host === b.host && a.path === b.path;

const sharesEndpoint = (existing: NetworkRule, incoming: NetworkRule): boolean =>
	existing.endpoints.some(endpoint =>
		incoming.endpoints.some(other => isSamePlace(endpoint, other)),
	);
