import type {Digest} from '../../policies/model/names.ts';
import type {Policy} from '../../policies/model/policy.ts';
import {parsePolicy} from '../../policies/model/policy-parse.ts';
import {printPolicy} from '../../policies/model/policy-print.ts';
import {problemLines} from '../../policies/model/problem-lines.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import {oneLine, policyProblems} from './candidate.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail} from './failure.ts';
import {maxPolicyLength} from './limits.ts';

/** A policy with its canonical text and the hash of that text. */
export type PolicyText = {
	readonly policy: Policy;
	readonly yaml: string;
	readonly hash: Digest;
};

type Deps = Pick<ServiceDeps, 'words' | 'digest'>;

/** Reads a policy that somebody wrote: everything that is wrong with it, with line and column. */
export const readPolicy = (deps: Deps, text: string): Result<PolicyText, Failure> => {
	if (text.length > maxPolicyLength) {
		return fail('invalid_policy', `the policy is longer than ${maxPolicyLength} characters`);
	}

	const parsed = parsePolicy(text);
	if (!parsed.ok) {
		return fail('invalid_policy', problemLines(parsed.error));
	}

	const {policy} = parsed.value;
	const problems = policyProblems(deps, policy);
	if (problems.length > 0) {
		return fail('invalid_policy', oneLine(problems));
	}

	const yaml = printPolicy(policy);
	return ok({policy, yaml, hash: deps.digest(yaml)});
};

/** Reads a policy that this gateway wrote itself. */
export const rereadPolicy = (yaml: string, hash: Digest): PolicyText => {
	const parsed = parsePolicy(yaml);
	if (!parsed.ok) {
		throw new Error('a policy in the database does not parse');
	}

	return {policy: parsed.value.policy, yaml, hash};
};
