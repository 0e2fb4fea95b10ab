import type {Origin, Phase} from '../../policies/model/chunk.ts';
import type {
	BundleId,
	ChunkId,
	Digest,
	SandboxId,
	SandboxName,
} from '../../policies/model/names.ts';
import type {Revision, Ruling} from '../../policies/model/revision.ts';
import type {Tier} from '../../policies/model/settings.ts';

/** The rows as the database keeps them: empty text and 0 where a thing is not there yet. */

export type SandboxRow = {
	readonly id: SandboxId;
	readonly name: SandboxName;
	readonly live_name: SandboxName | null;
	readonly tier: Tier;
	readonly workdir: string;
	readonly base_yaml: string;
	readonly base_hash: Digest;
	readonly serial: string;
	readonly previous_serial: string;
	readonly dropped_denials: number;
	readonly created_at_ms: number;
	readonly deleted_at_ms: number | null;
};

/** Why a revision exists. What a roll-back may go back behind depends on it. */
export type RevisionCause = 'attach' | 'approve' | 'restore' | 'revoke';

export type RevisionRow = {
	readonly sandbox_id: SandboxId;
	readonly revision: number;
	readonly cause: RevisionCause;
	readonly hash: Digest;
	readonly policy_yaml: string;
	readonly state: Revision['state'];
	readonly error: string;
	readonly created_at_ms: number;
	/** 0: never loaded. */
	readonly loaded_at_ms: number;
	readonly settled_at_ms: number;
	readonly bundle_id: BundleId | '';
};

export type BundleRow = {
	readonly id: BundleId;
	readonly sandbox_id: SandboxId;
	readonly origin: Origin;
	readonly phase: Phase;
	readonly intent: string;
	/** JSON. */
	readonly denials: string;
	/** JSON. */
	readonly supersedes: string;
	/** JSON. */
	readonly verdict: string;
	readonly application_error: string;
	readonly review_token: string;
	readonly base_hash: string;
	readonly candidate_hash: string;
	readonly rejection_reason: string;
	readonly rejection_code: string;
	readonly guidance_code: string;
	readonly revision: number;
	readonly created_at_ms: number;
	readonly decided_at_ms: number;
	readonly last_seen_ms: number;
	readonly hit_count: number;
};

export type ChunkRow = {
	readonly id: ChunkId;
	readonly bundle_id: BundleId;
	readonly sandbox_id: SandboxId;
	readonly position: number;
	readonly rule_name: string;
	/** JSON of the wire. */
	readonly operation: string;
	readonly operation_hash: Digest;
	readonly binary: string;
	readonly landing_rule: string;
	readonly resulting_rule: string;
	/** JSON. */
	readonly warnings: string;
	readonly security_notes: string;
};

export type RulingRow = {
	readonly id: Ruling['id'];
	readonly sandbox_id: SandboxId;
	readonly bundle_id: BundleId;
	readonly chunk_id: ChunkId;
	readonly action: Ruling['action'];
	readonly by_kind: Ruling['by']['kind'];
	readonly by_name: string;
	readonly via: Ruling['by']['via'];
	readonly tier: Tier;
	readonly review_token: string;
	readonly candidate_hash: string;
	readonly reason: string;
	readonly guidance_code: string;
	readonly at_ms: number;
};

export type DenialRow = {
	readonly sandbox_id: SandboxId;
	readonly place: Digest;
	readonly denial_id: string;
	/** JSON of the newest denial of this place. */
	readonly record: string;
	readonly count: number;
	readonly first_seen_ms: number;
	readonly last_seen_ms: number;
};

export type EventRow = {
	readonly seq: number;
	readonly at_ms: number;
	readonly sandbox_id: SandboxId;
	readonly sandbox_name: SandboxName;
	readonly kind: string;
	/** JSON. */
	readonly data: string;
	/** JSON of a `ProposalEvent`, or empty. */
	readonly record: string;
};
