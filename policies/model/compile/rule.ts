import type {CompiledEndpoint} from '../compile.ts';
import type {RuleKey} from '../names.ts';
import type {Endpoint, NetworkRule, Problem} from '../policy.ts';
import type {Clause, ProtocolWord, Registry} from '../protocol.ts';
import {err, ok, type Result} from '../result.ts';
import {compileScope} from '../scope.ts';
import {readAllowList} from './allow-list.ts';
import {compileBinaries} from './binaries.ts';
import {maxClausesPerEndpoint} from './limits.ts';

export type KeyedRule = {
	readonly key: RuleKey;
	readonly rule: NetworkRule;
	/** Of its first endpoint. */
	readonly order: number;
};

/** One rule: who it speaks for, and each of its endpoints with the clauses its word makes of it. */
export const compileRule = (
	{key, rule, order}: KeyedRule,
	registry: Registry,
): Result<readonly CompiledEndpoint[], readonly Problem[]> => {
	const at = `network_policies.${key}`;
	const binaries = compileBinaries(rule.binaries, at);
	const problems: Problem[] = binaries.ok ? [] : [...binaries.error];
	const entries: CompiledEndpoint[] = [];
	for (const [index, endpoint] of rule.endpoints.entries()) {
		const place = `${at}.endpoints[${index}]`;
		const parts = compileEndpoint(endpoint, registry);
		if (!parts.ok) {
			problems.push(...parts.error.map(problem => ({...problem, at: joined(place, problem.at)})));
		} else if (binaries.ok) {
			entries.push({
				rule: {key, binaries: binaries.value},
				endpoint,
				order: order + index,
				...parts.value,
			});
		}
	}

	return problems.length > 0 ? err(problems) : ok(entries);
};

type Parts = Omit<CompiledEndpoint, 'rule' | 'endpoint' | 'order'>;

/** Problems are placed relative to the endpoint. */
const compileEndpoint = (
	endpoint: Endpoint,
	registry: Registry,
): Result<Parts, readonly Problem[]> => {
	const word = endpoint.protocol === '' ? plain : registry.get(endpoint.protocol);
	if (!word) {
		return err([unknownWord(endpoint.protocol, registry)]);
	}

	if (endpoint.host === '' && endpoint.allowed_ips.length === 0) {
		const message = 'an endpoint without a host needs allowed_ips; name the host';
		return err([{severity: 'error', kind: 'MissingEndpointHost', message, at: 'host'}]);
	}

	const scope = compileScope(endpoint.path);
	const clauses = word.parse(endpoint);
	if (!scope.ok) {
		const {kind, message} = scope.error;
		return err([{severity: 'error', kind, message, at: 'path'}]);
	}

	if (!clauses.ok) {
		return clauses;
	}

	if (clauses.value.length > maxClausesPerEndpoint) {
		const message = `more than ${maxClausesPerEndpoint} rules on one endpoint; use patterns`;
		return err([{severity: 'error', kind: 'TooManyRules', message, at: 'rules'}]);
	}

	return ok({
		isInspected: word.layer === 'l7',
		word: endpoint.protocol,
		scope: scope.value,
		allowList: readAllowList(endpoint.allowed_ips),
		allow: clauses.value.filter(({effect}) => effect === 'allow'),
		deny: clauses.value.filter(({effect}) => effect === 'deny'),
	});
};

/** An endpoint without `protocol` decides on the place alone, so rules on it would promise too much. */
const plain: Pick<ProtocolWord, 'layer' | 'parse'> = {
	layer: 'l4',
	parse: ({access, rules, deny_rules}): Result<readonly Clause[], readonly Problem[]> =>
		access === '' && rules.length === 0 && deny_rules.length === 0
			? ok([])
			: err([
					{
						severity: 'error',
						kind: 'RulesWithoutProtocol',
						message:
							'access, rules and deny_rules need a protocol that is inspected, for example protocol: rest',
						at: 'protocol',
					},
				]),
};

const unknownWord = (name: string, registry: Registry): Problem => ({
	severity: 'error',
	kind: 'UnknownProtocol',
	message: `protocol '${name}' is not known here (known: ${[...registry.keys()].join(', ')}); load the plugin that brings it, or use one that is known`,
	at: 'protocol',
});

const joined = (place: string, at: string): string => (at === '' ? place : `${place}.${at}`);
