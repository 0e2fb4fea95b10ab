import type {Phase} from '../../policies/model/chunk.ts';
import {type ChunkId, makeId} from '../../policies/model/names.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import type {Ruling} from '../../policies/model/revision.ts';
import type {RulingAnswer} from '../client/wire.ts';
import {chunksOf, findBundle, findChunk, moveBundle, undecided} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import type {BundleRow, ChunkRow, RevisionRow, RulingRow, SandboxRow} from '../store/rows.ts';
import {insertRuling} from '../store/rulings.ts';
import {findSandboxById} from '../store/sandboxes.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail} from './failure.ts';
import {recordChunks, recordRuling} from './record.ts';
import {viewChunk} from './view.ts';

/** A ruling as a reviewer asks for it. */
export type RulingRequest = {
	readonly chunk: ChunkId;
	readonly by: Ruling['by'];
	/** Of what was shown; empty where the request names none. */
	readonly review_token: string;
	readonly reason: string;
	readonly guidance_code: string;
};

/** What a ruling is about, read inside its transaction. */
export type Case = {
	readonly sandbox: SandboxRow;
	readonly bundle: BundleRow;
	readonly chunks: readonly ChunkRow[];
};

/** Phases in which a reject is the first word; `denied` may still be approved (wire.md §4). */
export const approvable: readonly Phase[] = [...undecided, 'denied'];

/** The chunk's whole bundle, for one chunk is never ruled on without the others (decision 15). */
export const readCase = async (
	write: Write,
	{id}: SandboxRow,
	chunk: ChunkId,
): Promise<Result<Case, Failure>> => {
	const sandbox = await findSandboxById(write, id);
	const row = sandbox === undefined ? undefined : await findChunk(write, sandbox.id, chunk);
	const bundle = row === undefined ? undefined : await findBundle(write, row.bundle_id);
	return sandbox === undefined || bundle === undefined
		? fail('chunk_not_found', 'this sandbox has no such chunk; `openshell rule get` lists them')
		: ok({sandbox, bundle, chunks: await chunksOf(write, [bundle.id])});
};

/** Refuses with the chunk as it is now. */
export const failWithChunk = async (
	write: Write,
	{sandbox}: Case,
	chunk: ChunkId,
	code: 'stale' | 'decided' | 'not_applicable',
	detail: string,
): Promise<Result<never, Failure>> => {
	const now = await viewChunk(write, sandbox, chunk);
	return fail(code, detail, now === undefined ? {} : {chunk: now});
};

/** Somebody was faster, or it was decided before. */
export const failDecided = (
	write: Write,
	found: Case,
	chunk: ChunkId,
): Promise<Result<never, Failure>> =>
	failWithChunk(
		write,
		found,
		chunk,
		'decided',
		`this proposal is ${found.bundle.phase} already; nothing was changed`,
	);

/**
Writes one ruling and what follows from it: the bundle moves only if it is still in one of `from`
(X37), so that of two reviewers exactly one decides. False: somebody was faster.
*/
export const decide = async (
	deps: Pick<ServiceDeps, 'now' | 'ulid'>,
	write: Write,
	{sandbox, bundle, chunks}: Case,
	request: RulingRequest,
	action: Ruling['action'],
	from: readonly Phase[],
	change: Partial<BundleRow>,
): Promise<boolean> => {
	const at = deps.now();
	const moved = {...change, decided_at_ms: at};
	if (!(await moveBundle(write, bundle.id, from, moved))) {
		return false;
	}

	const ruling: RulingRow = {
		id: makeId('ruling', deps.ulid()),
		sandbox_id: sandbox.id,
		bundle_id: bundle.id,
		chunk_id: request.chunk,
		action,
		by_kind: request.by.kind,
		by_name: request.by.name,
		via: request.by.via,
		tier: sandbox.tier,
		review_token: request.review_token,
		candidate_hash: bundle.candidate_hash,
		reason: request.reason,
		guidance_code: request.guidance_code,
		at_ms: at,
	};
	await insertRuling(write, ruling);
	await recordRuling(write, sandbox, chunks, ruling, change.revision ?? bundle.revision);
	await recordChunks(write, at, sandbox, {...bundle, ...moved}, chunks);
	return true;
};

export const rulingAnswer = async (
	write: Write,
	sandbox: SandboxRow,
	id: ChunkId,
	revision?: RevisionRow,
): Promise<RulingAnswer> => {
	const chunk = await viewChunk(write, sandbox, id);
	if (chunk === undefined) {
		throw new Error('a ruled chunk is gone');
	}

	return {
		chunk,
		...(revision !== undefined && {
			revision: {revision: revision.revision, hash: revision.hash, state: revision.state},
		}),
	};
};
