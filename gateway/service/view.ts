import {type Chunk, type Phase, statusOf} from '../../policies/model/chunk.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {BundleId, ChunkId} from '../../policies/model/names.ts';
import type {OperationJson} from '../../policies/model/operation.ts';
import type {Ruling} from '../../policies/model/revision.ts';
import type {Verdict} from '../../policies/model/verdict.ts';
import {fromJson} from '../client/json.ts';
import {chunksOf, findBundle, findChunk} from '../store/bundles.ts';
import type {Read} from '../store/handles.ts';
import type {BundleRow, ChunkRow, RulingRow, SandboxRow} from '../store/rows.ts';
import {latestRulings} from '../store/rulings.ts';

/** The chunks of these bundles as every process sees them, in the bundles' order. */
export const viewBundles = async (
	read: Read,
	sandbox: SandboxRow,
	bundles: readonly BundleRow[],
): Promise<readonly Chunk[]> => {
	const ids = bundles.map(bundle => bundle.id);
	const rulings = await latestRulings(read, ids);
	const chunks = new Map<BundleId, ChunkRow[]>(ids.map(id => [id, []]));
	for (const chunk of await chunksOf(read, ids)) {
		chunks.get(chunk.bundle_id)?.push(chunk);
	}

	return bundles.flatMap(bundle =>
		(chunks.get(bundle.id) ?? []).map(chunk =>
			toChunk(sandbox, bundle, chunk, rulings.get(bundle.id)),
		),
	);
};

/** One chunk of this sandbox; undefined where it has none of that id. */
export const viewChunk = async (
	read: Read,
	sandbox: SandboxRow,
	id: ChunkId,
): Promise<Chunk | undefined> => {
	const row = await findChunk(read, sandbox.id, id);
	const bundle = row === undefined ? undefined : await findBundle(read, row.bundle_id);
	const chunks = bundle === undefined ? [] : await viewBundles(read, sandbox, [bundle]);
	return chunks.find(chunk => chunk.id === id);
};

const toChunk = (
	sandbox: SandboxRow,
	bundle: BundleRow,
	chunk: ChunkRow,
	ruling: RulingRow | undefined,
): Chunk => {
	const verdict = JSON.parse(bundle.verdict) as Verdict;
	return {
		id: chunk.id,
		sandbox: sandbox.name,
		bundle_id: bundle.id,
		...stateOf(bundle),
		origin: bundle.origin,
		rule_name: chunk.rule_name,
		landing_rule: chunk.landing_rule,
		operation: JSON.parse(chunk.operation) as OperationJson,
		resulting_rule: chunk.resulting_rule,
		warnings: JSON.parse(chunk.warnings) as readonly string[],
		rationale: bundle.intent,
		security_notes: chunk.security_notes,
		confidence: confidenceOf(bundle),
		binary: chunk.binary,
		verdict,
		validation_result: verdict.validation_result,
		denials: fromJson(bundle.denials) as readonly Denial[],
		supersedes: JSON.parse(bundle.supersedes) as readonly ChunkId[],
		...(ruling !== undefined && {ruling: toRuling(ruling)}),
		...(bundle.revision > 0 && {revision: bundle.revision}),
		tier: sandbox.tier,
	};
};

const stateOf = (bundle: BundleRow) => ({
	status: statusOf[bundle.phase],
	phase: bundle.phase,
	created_at_ms: bundle.created_at_ms,
	decided_at_ms: bundle.decided_at_ms,
	first_seen_ms: bundle.created_at_ms,
	last_seen_ms: bundle.last_seen_ms,
	hit_count: bundle.hit_count,
	application_error: bundle.application_error,
	rejection_reason: bundle.rejection_reason,
	rejection_code: bundle.rejection_code,
	guidance_code: bundle.guidance_code,
	review_token: bundle.review_token,
	current_effective_policy_hash: bundle.base_hash,
	candidate_effective_policy_hash: bundle.candidate_hash,
});

/** The contract's numbers: an agent knows what it wants (§3.4), a draft from denials is a guess (§5.8). */
const confidenceOf = ({origin, hit_count}: BundleRow): number => {
	if (origin !== 'mechanistic') {
		return 0.75;
	}

	if (hit_count >= 10) {
		return 0.7;
	}

	return hit_count >= 3 ? 0.6 : 0.5;
};

export const toRuling = (row: RulingRow): Ruling => ({
	id: row.id,
	chunk_id: row.chunk_id,
	action: row.action,
	by: {kind: row.by_kind, name: row.by_name, via: row.via},
	tier: row.tier,
	review_token: row.review_token,
	candidate_hash: row.candidate_hash,
	reason: row.reason,
	guidance_code: row.guidance_code,
	at: new Date(row.at_ms).toISOString(),
});

/** The phases of each status of the contract. */
export const phasesOf = (status: Chunk['status'] | undefined): readonly Phase[] =>
	(Object.keys(statusOf) as Phase[]).filter(
		phase => status === undefined || statusOf[phase] === status,
	);
