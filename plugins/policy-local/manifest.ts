import {presetMethods} from '../../policies/model/access.ts';
import type {Answer, PluginHost} from '../../policies/model/plugin.ts';
import type {Endpoint, Matcher, NetworkRule} from '../../policies/model/policy.ts';
import {jsonAnswer} from '../answer.ts';
import {errors} from './errors.ts';

/** `GET /v1/manifest`: the policy in force as one flat list, for an agent that plans before it acts. */
export const manifest = ({policy, sandbox}: Pick<PluginHost, 'policy' | 'sandbox'>): Answer => {
	const inForce = policy.current();
	if (inForce === undefined) {
		return errors.policyUnavailable();
	}

	const rules = [...inForce.compiled.policy.network_policies.values()];
	return jsonAnswer(200, {
		revision: inForce.revision,
		tier: sandbox.tier,
		allow: rules.flatMap(rule =>
			rule.endpoints.flatMap(endpoint => entries(rule, endpoint, allowed(endpoint))),
		),
		deny: rules.flatMap(rule =>
			rule.endpoints.flatMap(endpoint => entries(rule, endpoint, endpoint.deny_rules)),
		),
		leases: [],
	});
};

/** An endpoint without a protocol allows any byte; a preset stands for its methods on any path. */
function allowed(endpoint: Endpoint): readonly Matcher[] {
	if (endpoint.protocol === '') {
		return [{method: '*', path: '**'}];
	}

	return endpoint.rules.length > 0
		? endpoint.rules.map(({allow}) => allow)
		: presetMethods[endpoint.access].map(method => ({method, path: '**'}));
}

/** One entry for each port and path; the methods of a path stand together. */
function entries(
	rule: NetworkRule,
	endpoint: Endpoint,
	matchers: readonly Matcher[],
): readonly object[] {
	const paths = [...new Set(matchers.map(pathOf))];
	return endpoint.ports.flatMap(port =>
		paths.map(path => ({
			host: endpoint.host,
			port,
			protocol: endpoint.protocol === '' ? 'tcp' : endpoint.protocol,
			enforcement: endpoint.enforcement,
			methods: [
				...new Set(
					matchers.filter(matcher => pathOf(matcher) === path).map(({method}) => method ?? '*'),
				),
			],
			path,
			binaries: rule.binaries.map(binary => binary.path),
		})),
	);
}

const pathOf = ({path}: Matcher): string => path ?? '**';
