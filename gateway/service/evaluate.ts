import {covers} from '../../policies/model/covers.ts';
import type {BundleId} from '../../policies/model/names.ts';
import type {Operation, OperationJson} from '../../policies/model/operation.ts';
import type {Policy} from '../../policies/model/policy.ts';
import {unavailable, type Verdict} from '../../policies/model/verdict.ts';
import type {BundleRow, SandboxRow} from '../store/rows.ts';
import {type Candidate, type Landing, makeCandidate} from './candidate.ts';
import type {ServiceDeps} from './deps.ts';
import type {PolicyText} from './policy-text.ts';

/** What a bundle would do to a base, and the token that stands for what a reviewer is shown. */
export type Evaluation = {
	/** Undefined: it cannot be applied; `application_error` says why. */
	readonly candidate: Candidate | undefined;
	readonly landings: readonly Landing[];
	readonly verdict: Verdict;
	readonly application_error: string;
	readonly base_hash: string;
	readonly review_token: string;
};

/** One bundle as it is asked for. */
export type Asked = {
	readonly bundle: BundleId;
	readonly origin: BundleRow['origin'];
	readonly tier: SandboxRow['tier'];
	readonly operations: readonly Operation[];
	/** The same in the canonical JSON of the wire. */
	readonly json: readonly OperationJson[];
};

type Deps = Pick<ServiceDeps, 'words' | 'digest'>;

export const evaluateBundle = (deps: Deps, base: PolicyText, asked: Asked): Evaluation => {
	const candidate = makeCandidate(deps, base.policy, asked.operations);
	const evaluated = {
		candidate: candidate.ok ? candidate.value : undefined,
		landings: candidate.ok ? candidate.value.landings : asked.operations.map(() => nowhere),
		// No prover yet: everything counts as new authority, and nothing is approved because of it.
		verdict: unavailable,
		application_error: candidate.ok ? '' : candidate.error,
		base_hash: base.hash,
	};
	return {...evaluated, review_token: reviewToken(deps, asked, evaluated)};
};

/** Whether the policy already says all that is asked. */
export const isCovered = (policy: Policy, operations: readonly Operation[]): boolean =>
	operations.every(({addRule}) => covers(policy, addRule.rule));

const nowhere: Landing = {landing_rule: '', resulting_rule: '', warnings: [], security_notes: ''};

/**
SHA-256 over all that a ruling is about (decision 29, X22) and not over the base: when the base
moves and nothing of this changes, what the reviewer saw still holds.
*/
const reviewToken = (
	{words, digest}: Deps,
	{bundle, origin, tier, json}: Asked,
	{landings, verdict, application_error}: Omit<Evaluation, 'review_token' | 'candidate'>,
): string =>
	digest(
		JSON.stringify({
			evaluator: application_error === '' ? evaluatorVersion : `${evaluatorVersion}-failed`,
			words: [...words.values()].map(word => [word.name, word.version]).sort(),
			bundle,
			origin,
			tier,
			operations: json,
			landings,
			verdict,
			application_error,
			// Their place in the hash, until there are any.
			credentials: [],
			lease: null,
		}),
	);

const evaluatorVersion = 'openshell-ts-review-v1';
