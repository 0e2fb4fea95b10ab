import test from 'ava';
import {chunkState} from '../../../plugins/policy-local/state.ts';
import {type Phase, statusOf} from '../../../policies/model/chunk.ts';
import {aChunk} from '../../helpers/gateway.ts';
import {inForce} from '../../helpers/policy.ts';

const state = (...args: Parameters<typeof chunkState>) =>
	chunkState(...args) as Readonly<Record<string, unknown>>;

test('a chunk state has every key of the contract and ours', t => {
	t.deepEqual(Object.keys(state(aChunk(), undefined)).toSorted(), [
		'agent_guidance',
		'application_error',
		'binary',
		'bundle_id',
		'candidate_effective_policy_hash',
		'chunk_id',
		'current_effective_policy_hash',
		'guidance_code',
		'lease',
		'phase',
		'rejection_code',
		'rejection_reason',
		'retry_after_s',
		'review_token',
		'rule_name',
		'status',
		'validation_result',
	]);
});

test('every phase tells the agent what to do now', t => {
	for (const [phase, status] of Object.entries(statusOf)) {
		const {agent_guidance} = state(aChunk({phase: phase as Phase, status, revision: 1}), inForce());
		t.regex(String(agent_guidance), /\.$/, phase);
	}
});

test('policy_reloaded is said of approved chunks only', t => {
	const policy = inForce({revision: 2});
	t.false('policy_reloaded' in state(aChunk(), policy));
	t.false('policy_reloaded' in state(aChunk({status: 'rejected', phase: 'denied'}), policy));
	t.is(
		state(aChunk({status: 'approved', phase: 'active', revision: 2}), policy)['policy_reloaded'],
		true,
	);
	t.is(
		state(aChunk({status: 'approved', phase: 'active', revision: 3}), policy)['policy_reloaded'],
		false,
	);
	t.is(
		state(aChunk({status: 'approved', phase: 'active', revision: 2}), undefined)['policy_reloaded'],
		false,
	);
});

test('a denial without guidance tells the agent to stop', t => {
	const denied = aChunk({status: 'rejected', phase: 'denied'});
	t.regex(String(state(denied, undefined)['agent_guidance']), /Stop, and tell your user/);
});
