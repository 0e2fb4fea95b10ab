import type {BundleId, ChunkId, Digest, RulingId, SandboxName} from './names.ts';
import type {Tier} from './settings.ts';

/** A policy in force from a time on; numbers are per sandbox, from 1, and only grow. */
export type Revision = {
	readonly sandbox: SandboxName;
	readonly revision: number;
	readonly hash: Digest;
	readonly policy_yaml: string;
	/** `pending` is being activated; a sandbox that is not connected leaves it so. */
	readonly state: 'pending' | 'loaded' | 'failed' | 'superseded';
	readonly error: string;
	readonly created_at: string;
	readonly settled_at: string;
	/** The bundle that made it; absent for the first one and for roll-backs. */
	readonly bundle_id?: BundleId;
};

/** What a person, a mode or a reviewing agent decided. Append-only. */
export type Ruling = {
	readonly id: RulingId;
	readonly chunk_id: ChunkId;
	readonly action: 'approve' | 'reject' | 'edit' | 'undo' | 'revoke' | 'expire';
	readonly by: {
		readonly kind: 'person' | 'auto' | 'reviewer_agent' | 'system';
		readonly name: string;
		readonly via: 'cli' | 'tui' | 'api' | 'demo';
	};
	readonly tier: Tier;
	readonly review_token: string;
	readonly candidate_hash: string;
	readonly reason: string;
	readonly guidance_code: string;
	readonly at: string;
};
