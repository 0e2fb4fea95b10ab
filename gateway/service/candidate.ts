import {ambiguity} from '../../policies/model/ambiguity.ts';
import {compile} from '../../policies/model/compile.ts';
import {merge} from '../../policies/model/merge.ts';
import type {Digest, RuleKey} from '../../policies/model/names.ts';
import type {Operation} from '../../policies/model/operation.ts';
import type {Policy, Problem} from '../../policies/model/policy.ts';
import {printPolicy, printRule} from '../../policies/model/policy-print.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {securityNotes} from '../../policies/model/security-notes.ts';
import type {ServiceDeps} from './deps.ts';

/** The exact effective policy that operations would make of a base. */
export type Candidate = {
	readonly policy: Policy;
	readonly yaml: string;
	readonly hash: Digest;
	/** One for each operation, in order. */
	readonly landings: readonly Landing[];
};

/** Where one operation ends up, and how the whole rule then reads. */
export type Landing = {
	readonly landing_rule: string;
	readonly resulting_rule: string;
	readonly warnings: readonly string[];
	readonly security_notes: string;
};

type Deps = Pick<ServiceDeps, 'words' | 'digest'>;

/** Merges in order, then holds the whole to the same checks as any policy; the error is one line (contract §5.2). */
export const makeCandidate = (
	deps: Deps,
	base: Policy,
	operations: readonly Operation[],
): Result<Candidate, string> => {
	const merged = mergeAll(base, operations);
	if (!merged.ok) {
		return merged;
	}

	const {policy, steps} = merged.value;
	const problems = policyProblems(deps, policy);
	if (problems.length > 0) {
		return err(`candidate invalid: ${oneLine(problems)}`);
	}

	const yaml = printPolicy(policy);
	return ok({
		policy,
		yaml,
		hash: deps.digest(yaml),
		landings: steps.map(({landed, warnings, operation}) => ({
			landing_rule: landed,
			resulting_rule: resultingRule(policy, landed),
			warnings,
			security_notes: securityNotes(operation.addRule.rule),
		})),
	});
};

/** What keeps a policy from being enforced: a word this gateway lacks, a bound, an ambiguity. */
export const policyProblems = ({words}: Deps, policy: Policy): readonly Problem[] => {
	const compiled = compile(policy, words);
	return (compiled.ok ? ambiguity(policy) : compiled.error).filter(
		problem => problem.severity === 'error',
	);
};

export const oneLine = (problems: readonly Problem[]): string =>
	problems.map(({message}) => message.replaceAll(/\s*\n\s*/g, ' ')).join('; ');

type Step = {
	readonly landed: RuleKey;
	readonly warnings: readonly string[];
	readonly operation: Operation;
};

const mergeAll = (
	base: Policy,
	operations: readonly Operation[],
): Result<{policy: Policy; steps: readonly Step[]}, string> => {
	let policy = base;
	const steps: Step[] = [];
	for (const operation of operations) {
		const merged = merge(policy, operation);
		if (!merged.ok) {
			return err(`merge failed: ${merged.error.message}`);
		}

		const {landed, warnings} = merged.value;
		policy = merged.value.policy;
		steps.push({landed, warnings: warnings.map(({message}) => message), operation});
	}

	return ok({policy, steps});
};

const resultingRule = (policy: Policy, key: RuleKey): string => {
	const rule = policy.network_policies.get(key);
	return rule === undefined ? '' : printRule(key, rule);
};
