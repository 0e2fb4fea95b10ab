import type {Chunk} from '../../policies/model/chunk.ts';
import type {BundleId, ChunkId} from '../../policies/model/names.ts';
import type {Gateway, GatewayFailure, Submission} from '../../policies/model/plugin.ts';
import {err, ok} from '../../policies/model/result.ts';
import {makeChunk} from './chunk.ts';

/** A gateway in memory: chunks are what the test puts there, and every question is counted. */
export type FakeGateway = Gateway & {
	/** Puts a chunk in place and rings whoever waits for it. */
	put(chunk: Chunk): void;
	/** From now on every question fails so. */
	failure: GatewayFailure | undefined;
	readonly submitted: Submission[];
	lookups: number;
	readonly listeners: number;
	/** Called in the middle of a lookup, before it answers. */
	duringLookup: (() => void) | undefined;
};

export const fakeGateway = (): FakeGateway => {
	const chunks = new Map<string, Chunk>();
	const listeners = new Map<string, Set<() => void>>();
	const gateway: FakeGateway = {
		failure: undefined,
		submitted: [],
		lookups: 0,
		duringLookup: undefined,
		get listeners() {
			return [...listeners.values()].reduce((sum, set) => sum + set.size, 0);
		},
		put(next) {
			chunks.set(next.id, next);
			for (const listener of listeners.get(next.id) ?? []) {
				listener();
			}
		},
		async submit(proposal) {
			gateway.submitted.push(proposal);
			const ids = proposal.operations.map((_, index) => chunkId(index));
			return gateway.failure === undefined
				? ok({
						bundle_id: `bnd_${ulid(0)}` as BundleId,
						accepted_chunks: ids.length,
						rejected_chunks: 0,
						rejection_reasons: [],
						accepted_chunk_ids: ids,
						rejected_chunk_ids: [],
					})
				: err(gateway.failure);
		},
		chunks: async () =>
			gateway.failure === undefined ? ok([...chunks.values()]) : err(gateway.failure),
		async chunk(id) {
			gateway.lookups += 1;
			const found = chunks.get(id);
			gateway.duringLookup?.();
			if (gateway.failure !== undefined) {
				return err(gateway.failure);
			}

			return found === undefined ? err({kind: 'not_found', detail: 'no such chunk'}) : ok(found);
		},
		onChunk(id, listener) {
			const set = listeners.get(id) ?? new Set();
			listeners.set(id, set.add(listener));
			return () => set.delete(listener);
		},
	};
	return gateway;
};

const ulid = (index: number): string => `01JD8Q4ZK3000000000000000${index}`;

export const chunkId = (index: number): ChunkId => `chk_${ulid(index)}` as ChunkId;

/** A chunk that waits for its ruling; a test says what is different about it. */
export const aChunk = (more: Partial<Chunk> = {}): Chunk =>
	makeChunk({
		id: chunkId(0),
		sandbox: 'demo',
		bundle_id: `bnd_${ulid(0)}`,
		rule_name: 'github',
		landing_rule: 'github',
		denials: [],
		...more,
	});
