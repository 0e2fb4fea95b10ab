import type {Denial} from './denial.ts';
import type {BundleId, ChunkId, SandboxName} from './names.ts';
import type {OperationJson} from './operation.ts';
import type {Ruling} from './revision.ts';
import type {Tier} from './settings.ts';
import type {Verdict} from './verdict.ts';

export type Phase =
	| 'reviewing'
	| 'blocked'
	| 'activating'
	| 'active'
	| 'expired'
	| 'undone'
	| 'denied'
	| 'superseded'
	| 'covered'
	| 'refused';

export type ChunkStatus = 'pending' | 'approved' | 'rejected';

/** The contract knows three states; each phase is one of them. */
export const statusOf: Readonly<Record<Phase, ChunkStatus>> = {
	reviewing: 'pending',
	blocked: 'pending',
	activating: 'pending',
	active: 'approved',
	expired: 'approved',
	undone: 'rejected',
	denied: 'rejected',
	superseded: 'rejected',
	covered: 'rejected',
	refused: 'rejected',
};

export type Origin = 'agent_authored' | 'mechanistic' | 'operator';

/**
One proposed operation on its way through review, as every process sees it. The fields of the
wire contract keep their names and their empty values ('' and 0); the rest is ours.
*/
export type Chunk = {
	readonly id: ChunkId;
	readonly sandbox: SandboxName;
	readonly bundle_id: BundleId;
	readonly status: ChunkStatus;
	readonly phase: Phase;
	readonly origin: Origin;
	/** The key asked for, and where the merge lands. */
	readonly rule_name: string;
	readonly landing_rule: string;
	readonly operation: OperationJson;
	/** The whole rule as it would stand after the merge, as policy text. */
	readonly resulting_rule: string;
	/** What the merge did that the operation does not say. */
	readonly warnings: readonly string[];
	readonly rationale: string;
	readonly security_notes: string;
	readonly confidence: number;
	readonly created_at_ms: number;
	readonly decided_at_ms: number;
	readonly first_seen_ms: number;
	readonly last_seen_ms: number;
	readonly hit_count: number;
	/** The first binary; `operation` has them all. */
	readonly binary: string;
	readonly validation_result: string;
	readonly verdict: Verdict;
	readonly application_error: string;
	readonly rejection_reason: string;
	readonly rejection_code: string;
	readonly guidance_code: string;
	readonly review_token: string;
	readonly current_effective_policy_hash: string;
	readonly candidate_effective_policy_hash: string;
	/** The denials of this sandbox that the proposal answers; empty means it was unprompted. */
	readonly denials: readonly Denial[];
	readonly supersedes: readonly ChunkId[];
	readonly ruling?: Ruling;
	/** The revision that carries it, once approved. */
	readonly revision?: number;
	readonly tier: Tier;
};
