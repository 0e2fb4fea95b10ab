import type {Chunk, Phase} from '../../policies/model/chunk.ts';
import {covers} from '../../policies/model/covers.ts';
import {parseOperation} from '../../policies/model/operation-parse.ts';
import type {PolicyInForce} from '../../policies/model/plugin.ts';
import {policyLocalUrls} from './urls.ts';

/** A chunk as the agent reads it: the keys of contract §3.5, then ours (wire.md §8). */
export const chunkState = (chunk: Chunk, policy: PolicyInForce | undefined): object => {
	const isReloaded = isInForce(chunk, policy);
	return {
		chunk_id: chunk.id,
		status: chunk.status,
		rule_name: chunk.rule_name,
		binary: chunk.binary,
		rejection_reason: chunk.rejection_reason,
		validation_result: chunk.validation_result,
		application_error: chunk.application_error,
		review_token: chunk.review_token,
		current_effective_policy_hash: chunk.current_effective_policy_hash,
		candidate_effective_policy_hash: chunk.candidate_effective_policy_hash,
		phase: chunk.phase,
		bundle_id: chunk.bundle_id,
		rejection_code: chunk.rejection_code,
		guidance_code: chunk.guidance_code,
		agent_guidance: guidance(chunk, isReloaded),
		lease: null,
		retry_after_s: null,
		...(chunk.status === 'approved' ? {policy_reloaded: isReloaded} : {}),
	};
};

/**
Decision 16: the revision that approved the chunk is in force in this proxy, or a later one that
still covers it. A chunk whose permission ran out is in force nowhere.
*/
export const isInForce = (chunk: Chunk, policy: PolicyInForce | undefined): boolean => {
	if (chunk.phase !== 'active' || chunk.revision === undefined || policy === undefined) {
		return false;
	}

	return (
		policy.revision === chunk.revision ||
		(policy.revision > chunk.revision && isCovered(chunk, policy))
	);
};

function isCovered(chunk: Chunk, {compiled}: PolicyInForce): boolean {
	const operation = parseOperation(chunk.operation, {author: 'operator'});
	return operation.ok && covers(compiled.policy, operation.value.addRule.rule);
}

const proposals = policyLocalUrls.proposals;

/** Decision 37: never left to the reader of a refusal whether another way round is meant. */
const noWorkaround = 'Do not pursue the same access by another route, host, tool or encoding.';

const guidances: Readonly<Record<Phase, (chunk: Chunk) => string>> = {
	reviewing: ({id}) =>
		`It waits for a ruling. Ask ${proposals}/${id}/wait again; go on with work that does not need it.`,
	blocked: ({id}) =>
		`It cannot be applied as it stands; application_error says why. Submit a corrected operation with "supersedes": ["${id}"].`,
	activating: ({id}) =>
		`It is approved and being loaded. Ask ${proposals}/${id}/wait again, then retry.`,
	active: () => 'It is approved and in force. Retry the denied request as it was.',
	expired: () => 'The permission has run out. Propose it again only if the task still needs it.',
	undone: () => `It was taken back. ${noWorkaround}`,
	denied: ({rejection_reason}) =>
		rejection_reason === ''
			? `It was denied. ${noWorkaround} Stop, and tell your user what the task would need.`
			: `It was denied. ${noWorkaround} Redraft once within rejection_reason, or stop and tell your user.`,
	superseded: () => 'A newer proposal stands in its place; follow that one.',
	covered: () => 'The policy in force already allows it. Retry the denied request as it was.',
	refused: () => 'It was refused when it was submitted; rejection_reason says what to correct.',
};

function guidance(chunk: Chunk, isReloaded: boolean): string {
	return chunk.phase === 'active' && !isReloaded
		? `It is approved, but not in force in this sandbox yet. Ask ${proposals}/${chunk.id}/wait again before you retry.`
		: guidances[chunk.phase](chunk);
}
