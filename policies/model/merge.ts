import {authorityFault} from './merge/authority.ts';
import {contractFault} from './merge/contracts.ts';
import {addEndpoints} from './merge/endpoints.ts';
import {normalise} from './merge/normalise.ts';
import type {MergeError, MergeWarning} from './merge/outcome.ts';
import {anyBinaryPaths, isAnyBinary} from './merge/scope.ts';
import {findTarget} from './merge/target.ts';
import type {RuleKey} from './names.ts';
import type {AddRule, Operation} from './operation.ts';
import type {NetworkRule, Policy} from './policy.ts';
import {err, ok, type Result} from './result.ts';
import {same, union} from './same.ts';

export type Merged = {
	readonly policy: Policy;
	/** The key under which the rule now stands; not always the one asked for. */
	readonly landed: RuleKey;
	/** What the merge did that the operation does not say. */
	readonly warnings: readonly MergeWarning[];
	readonly changed: boolean;
};

/**
What an operation makes of a policy (contract §2.2 to §2.4). A rule is binaries × endpoints, so
joining an existing rule could hand out what the operation never named: every such spread is an
error, or, where the rule to join was only found by its place, the reason to stay apart.
Merging the same operation twice changes nothing the second time.
*/
export const merge = (policy: Policy, operation: Operation): Result<Merged, MergeError> => {
	const {ruleName, rule} = normalise(operation.addRule);
	const fault = shapeFault({ruleName, rule});
	if (fault) {
		return err(fault);
	}

	// Endpoints of the operation that name the same place are one, as they would be in the policy.
	const folded = addEndpoints([], rule.endpoints);
	if (!folded.ok) {
		return folded;
	}

	const {endpoints, warnings} = folded.value;
	const merged = join(policy, {ruleName, rule: {...rule, endpoints}});
	if (!merged.ok) {
		return merged;
	}

	const conflict = contractFault(policy, merged.value.policy);
	return conflict
		? err(conflict)
		: ok({...merged.value, warnings: [...warnings, ...merged.value.warnings]});
};

const shapeFault = (asked: AddRule): MergeError | undefined => {
	if (asked.ruleName.trim() === '') {
		return {kind: 'MissingRuleNameForAddRule', message: 'addRule needs a ruleName'};
	}

	if (asked.ruleName.startsWith('_provider_')) {
		return {
			kind: 'ReservedRuleName',
			message: `rule names starting '_provider_' are reserved; rename '${asked.ruleName}'`,
		};
	}

	return asked.rule.endpoints.length === 0
		? {
				kind: 'EmptyAddRuleEndpoints',
				message: `addRule '${asked.ruleName}' needs at least one endpoint`,
			}
		: undefined;
};

const join = (policy: Policy, asked: AddRule): Result<Merged, MergeError> => {
	const target = findTarget(policy, asked);
	if (!target) {
		return ok(insert(policy, asked, []));
	}

	const joined = joinRule(target.rule, asked);
	if (!joined.ok) {
		return joined;
	}

	const fault = authorityFault(target.rule, joined.value.rule, asked);
	if (!fault) {
		return ok(place(policy, target.key, joined.value));
	}

	return target.isNamed ? err(fault) : ok(insert(policy, asked, [keptApart(target.key, fault)]));
};

type Joined = {readonly rule: NetworkRule; readonly warnings: readonly MergeWarning[]};

const joinRule = (rule: NetworkRule, asked: AddRule): Result<Joined, MergeError> => {
	const added = addEndpoints(rule.endpoints, asked.rule.endpoints);
	if (!added.ok) {
		return added;
	}

	const binaries = joinBinaries(rule, asked);
	return ok({
		rule: {
			...rule,
			endpoints: added.value.endpoints,
			binaries: binaries.binaries,
			match: union(rule.match, asked.rule.match),
			not_match: union(rule.not_match, asked.rule.not_match),
		},
		warnings: [...added.value.warnings, ...binaries.warnings],
	});
};

const joinBinaries = (rule: NetworkRule, asked: AddRule) => {
	const wanted = asked.rule.binaries.filter(({path}) => !anyBinaryPaths.has(path));
	if (!isAnyBinary(rule) || wanted.length === 0) {
		return {binaries: union(rule.binaries, asked.rule.binaries), warnings: []};
	}

	const message = `rule '${rule.name}' already holds for any binary, so naming one narrows nothing`;
	return {
		binaries: rule.binaries,
		warnings: [{kind: 'ExistingAnyBinaryScopeRetained' as const, message}],
	};
};

const insert = (policy: Policy, asked: AddRule, warnings: readonly MergeWarning[]): Merged =>
	place(policy, asked.ruleName as RuleKey, {rule: asked.rule, warnings});

/** Puts the rule where it belongs, keys in sorted order. */
const place = (policy: Policy, key: RuleKey, {rule, warnings}: Joined): Merged => {
	const changed = !same(policy.network_policies.get(key), rule);
	if (!changed) {
		return {policy, landed: key, warnings, changed};
	}

	const rules = [...new Map(policy.network_policies).set(key, rule)];
	const sorted = new Map(rules.sort(([a], [b]) => (a < b ? -1 : 1)));
	return {policy: {...policy, network_policies: sorted}, landed: key, warnings, changed};
};

const keptApart = (key: RuleKey, fault: MergeError): MergeWarning => ({
	kind: 'KeptRequestedRuleNameToAvoidWidening',
	message: `not joined with rule '${key}', which names the same place: ${fault.message}`,
});
