import type {Denial} from '../../policies/model/denial.ts';
import {type ChunkId, makeId} from '../../policies/model/names.ts';
import type {SubmissionAnswer} from '../../policies/model/plugin.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import {
	chunksOf,
	countIn,
	findBundle,
	findChunk,
	insertBundle,
	moveBundle,
	pruneUnruled,
	undecided,
} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import {loadedRevision} from '../store/revisions.ts';
import type {BundleRow, SandboxRow} from '../store/rows.ts';
import {findSandboxById} from '../store/sandboxes.ts';
import {answerOf, bundleRow, chunkRows, type Decision} from './bundle-rows.ts';
import type {ServiceDeps} from './deps.ts';
import {type Evaluation, evaluateBundle, isCovered} from './evaluate.ts';
import {type Failure, fail, sandboxGone} from './failure.ts';
import {maxUndecidedBundles} from './limits.ts';
import {countRepeat} from './mechanistic.ts';
import {type ReadOperations, readOperations} from './operations.ts';
import {coveredBy, currentBase, phaseOf} from './pending.ts';
import {rereadPolicy} from './policy-text.ts';
import {recordChunks} from './record.ts';
import {effectiveSettings} from './settings.ts';

/** A submission as it arrives: shaped, its texts cleaned, its operations not yet read. */
export type Submitted = {
	readonly mode: 'agent_authored' | 'mechanistic';
	readonly intent_summary: string;
	readonly operations: readonly unknown[];
	/** From the sandbox's own certificate, so they are the sandbox's own (decision 19, X6). */
	readonly denials: readonly Denial[];
	readonly supersedes: readonly ChunkId[];
};

/**
Takes one proposal: one bundle, one candidate, one verdict, one token, one chunk for each operation
(decision 15). What cannot be applied is stored as refused, with its reason, and is no error here.
*/
export const submit = async (
	deps: ServiceDeps,
	{id}: SandboxRow,
	submitted: Submitted,
): Promise<Result<SubmissionAnswer, Failure>> => {
	const operations = readOperations(submitted.operations);
	if (!operations.ok) {
		return operations;
	}

	return deps.store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		if (sandbox === undefined) {
			return sandboxGone;
		}

		const refused = await refusal(write, sandbox, submitted);
		if (refused !== undefined) {
			return fail(refused.code, refused.detail, refused);
		}

		const repeated = await countRepeat(deps, write, sandbox, submitted.mode, operations.value);
		return ok(repeated ?? (await store(deps, write, sandbox, submitted, operations.value)));
	});
};

/** Why nothing is stored at all. */
const refusal = async (
	write: Write,
	sandbox: SandboxRow,
	{mode, supersedes}: Submitted,
): Promise<Failure | undefined> => {
	const settings = await effectiveSettings(write, sandbox);
	if (!settings.agent_policy_proposals_enabled) {
		return {
			code: 'proposals_disabled',
			detail: 'agent_policy_proposals_enabled is off for this sandbox; ask the person in charge',
		};
	}

	if ((await countIn(write, sandbox.id, undecided)) >= maxUndecidedBundles) {
		return {
			code: 'rate_limited',
			detail: `${maxUndecidedBundles} proposals of this sandbox wait for a person already; wait until one is decided`,
			retry_after_s: 60,
		};
	}

	for (const chunk of supersedes) {
		const row = await findChunk(write, sandbox.id, chunk);
		const bundle = row === undefined ? undefined : await findBundle(write, row.bundle_id);
		if (bundle === undefined) {
			return {
				code: 'chunk_not_found',
				detail: `supersedes names no chunk of this sandbox: ${chunk}`,
			};
		}

		if (mode === 'mechanistic' && bundle.origin !== 'mechanistic') {
			return {code: 'invalid_proposal', detail: "a mechanistic draft never replaces an agent's"};
		}
	}

	return undefined;
};

const store = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	submitted: Submitted,
	operations: ReadOperations,
): Promise<SubmissionAnswer> => {
	const id = makeId('bundle', deps.ulid());
	const evaluation = evaluateBundle(deps, await currentBase(write, sandbox), {
		bundle: id,
		origin: submitted.mode,
		tier: sandbox.tier,
		...operations,
	});
	const decision = await outcome(write, sandbox, submitted, operations, evaluation);
	const bundle = bundleRow(deps, sandbox, id, submitted, evaluation, decision);
	const chunks = chunkRows(deps, bundle, operations, evaluation);
	await insertBundle(write, bundle, chunks);
	const isAccepted = undecided.includes(bundle.phase);
	await recordChunks(write, deps.now(), sandbox, bundle, chunks, isAccepted);
	if (isAccepted) {
		await supersede(deps, write, sandbox, bundle, submitted.supersedes);
	}

	await pruneUnruled(write, sandbox.id);

	return answerOf(bundle, chunks, isAccepted);
};

const outcome = async (
	write: Write,
	sandbox: SandboxRow,
	{mode}: Submitted,
	{operations}: ReadOperations,
	evaluation: Evaluation,
): Promise<Decision> => {
	const loaded = await loadedRevision(write, sandbox.id);
	if (
		loaded !== undefined &&
		isCovered(rereadPolicy(loaded.policy_yaml, loaded.hash).policy, operations)
	) {
		return coveredBy(loaded.revision);
	}

	return evaluation.application_error !== '' && mode === 'agent_authored'
		? {
				phase: 'refused',
				rejection_code: 'refused',
				rejection_reason: evaluation.application_error,
			}
		: {phase: phaseOf(evaluation), rejection_code: '', rejection_reason: ''};
};

/** Only what waits can be replaced: a decided chunk that is named stays as it was decided. */
const supersede = async (
	{now}: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	winner: BundleRow,
	chunks: readonly ChunkId[],
): Promise<void> => {
	for (const id of chunks) {
		const chunk = await findChunk(write, sandbox.id, id);
		const bundle = chunk === undefined ? undefined : await findBundle(write, chunk.bundle_id);
		const change = {
			phase: 'superseded' as const,
			rejection_code: 'superseded',
			rejection_reason: `superseded by bundle ${winner.id}`,
			decided_at_ms: now(),
		};
		if (bundle !== undefined && (await moveBundle(write, bundle.id, undecided, change))) {
			const all = await chunksOf(write, [bundle.id]);
			await recordChunks(write, now(), sandbox, {...bundle, ...change}, all);
		}
	}
};
