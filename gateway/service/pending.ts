import type {Phase} from '../../policies/model/chunk.ts';
import {bundlesIn, chunksOf, moveBundle, undecided, updateChunk} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import {latestRevision} from '../store/revisions.ts';
import type {BundleRow, ChunkRow, SandboxRow} from '../store/rows.ts';
import type {ServiceDeps} from './deps.ts';
import {type Evaluation, evaluateBundle, isCovered} from './evaluate.ts';
import {storedOperations} from './operations.ts';
import {type PolicyText, rereadPolicy} from './policy-text.ts';
import {recordChunks} from './record.ts';

type Deps = Pick<ServiceDeps, 'words' | 'digest' | 'now'>;

/** A bundle with its chunks and what it would do to the policy as it is now. */
export type Fresh = {
	readonly bundle: BundleRow;
	readonly chunks: readonly ChunkRow[];
	readonly evaluation: Evaluation;
};

/** The policy that the next revision would build on: the newest, loaded or on its way. */
export const currentBase = async (write: Write, sandbox: SandboxRow): Promise<PolicyText> => {
	const {policy_yaml, hash} = await latestRevision(write, sandbox.id);
	return rereadPolicy(policy_yaml, hash);
};

/** Evaluates every waiting bundle again, because the base moved. Equal tokens stay what they were. */
export const refreshPending = async (
	deps: Deps,
	write: Write,
	sandbox: SandboxRow,
): Promise<void> => {
	const base = await currentBase(write, sandbox);
	for (const bundle of await bundlesIn(write, sandbox.id, undecided)) {
		if (!isStillBlocked(bundle, base)) {
			await refreshBundle(deps, write, sandbox, bundle, base);
		}
	}
};

/** What could not be applied to this very policy, or was refused by the sandbox with it, is not tried on it again. */
export const isStillBlocked = (bundle: BundleRow, base: PolicyText): boolean =>
	bundle.phase === 'blocked' && bundle.base_hash === base.hash;

/** Evaluates one bundle against the base and keeps the outcome, whatever phase it is in. */
export const refreshBundle = async (
	deps: Deps,
	write: Write,
	sandbox: SandboxRow,
	bundle: BundleRow,
	base: PolicyText,
): Promise<Fresh> => {
	const chunks = await chunksOf(write, [bundle.id]);
	const evaluation = evaluateBundle(deps, base, {
		bundle: bundle.id,
		origin: bundle.origin,
		tier: sandbox.tier,
		...storedOperations(chunks),
	});
	const change = {
		...bundleColumns(evaluation),
		phase: undecided.includes(bundle.phase) ? phaseOf(evaluation) : bundle.phase,
	};
	const fresh = {...bundle, ...change};
	await moveBundle(write, bundle.id, [bundle.phase], change);
	// An equal token stands for equal landings: nothing of the chunks has changed.
	if (fresh.review_token !== bundle.review_token) {
		for (const [index, chunk] of chunks.entries()) {
			await updateChunk(write, chunk.id, chunkColumns(evaluation, index));
		}
	}

	if (fresh.review_token !== bundle.review_token || fresh.phase !== bundle.phase) {
		await recordChunks(write, deps.now(), sandbox, fresh, chunks);
	}

	return {bundle: fresh, chunks, evaluation};
};

/** Closes the waiting bundles that a revision, now in force, already covers. */
export const closeCovered = async (
	{now}: Deps,
	write: Write,
	sandbox: SandboxRow,
	inForce: PolicyText,
	revision: number,
): Promise<void> => {
	for (const bundle of await bundlesIn(write, sandbox.id, undecided)) {
		const chunks = await chunksOf(write, [bundle.id]);
		if (isCovered(inForce.policy, storedOperations(chunks).operations)) {
			const change = {...coveredBy(revision), decided_at_ms: now()};
			await moveBundle(write, bundle.id, undecided, change);
			await recordChunks(write, now(), sandbox, {...bundle, ...change}, chunks);
		}
	}
};

/** The contract's sentence (§5.2). */
export const coveredBy = (revision: number) => ({
	phase: 'covered' as const,
	rejection_code: 'covered',
	rejection_reason: `covered by active policy revision ${revision}`,
});

/** A bundle that cannot be applied waits, blocked, for its base to move. */
export const phaseOf = ({application_error}: Evaluation): Phase =>
	application_error === '' ? 'reviewing' : 'blocked';

export const bundleColumns = (evaluation: Evaluation) => ({
	verdict: JSON.stringify(evaluation.verdict),
	application_error: evaluation.application_error,
	review_token: evaluation.review_token,
	base_hash: evaluation.base_hash,
	candidate_hash: evaluation.candidate?.hash ?? '',
});

export const chunkColumns = ({landings}: Evaluation, index: number) => {
	const landing = landings[index];
	return {
		landing_rule: landing?.landing_rule ?? '',
		resulting_rule: landing?.resulting_rule ?? '',
		warnings: JSON.stringify(landing?.warnings ?? []),
		security_notes: landing?.security_notes ?? '',
	};
};
