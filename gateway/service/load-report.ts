import type {Phase} from '../../policies/model/chunk.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import type {LoadReport} from '../client/wire.ts';
import {bundlesIn, chunksOf, moveBundle} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import {
	findRevision,
	lastGoodRevision,
	latestRevision,
	settleRevision,
	supersedeBelow,
} from '../store/revisions.ts';
import type {BundleRow, RevisionRow, SandboxRow} from '../store/rows.ts';
import {findSandboxById} from '../store/sandboxes.ts';
import {startRevision} from './activation.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail} from './failure.ts';
import {closeCovered, refreshPending} from './pending.ts';
import {rereadPolicy} from './policy-text.ts';
import {recordChunks, recordRevision} from './record.ts';
import {rebuild} from './revoke.ts';

/**
The second half of an activation (decision 30). Loaded: the revision is in force and its chunks are
active. Refused: the authority before it comes back as a new revision, and its chunks are blocked.
Saying the same twice changes nothing.
*/
export const reportLoad = async (
	deps: ServiceDeps,
	{id}: SandboxRow,
	number: number,
	report: LoadReport,
): Promise<Result<Record<string, never>, Failure>> =>
	deps.store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		const revision =
			sandbox === undefined ? undefined : await findRevision(write, sandbox.id, number);
		if (sandbox === undefined || revision === undefined) {
			return fail('not_found', `this sandbox has no revision ${number}`);
		}

		if (revision.state !== 'pending') {
			return isRepeat(revision, report)
				? ok({})
				: fail(
						'revision_settled',
						`revision ${number} is ${revision.state} already; load the newest one`,
					);
		}

		await (report.loaded
			? settleLoaded(deps, write, sandbox, revision)
			: settleFailed(deps, write, sandbox, revision, report.error));
		return ok({});
	});

/** A revision that was loaded may have been superseded since; a proxy may still be telling of it. */
const isRepeat = (revision: RevisionRow, report: LoadReport): boolean =>
	report.loaded ? revision.state !== 'failed' : revision.state === 'failed';

const settleLoaded = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	revision: RevisionRow,
): Promise<void> => {
	const at = deps.now();
	const settled = {state: 'loaded' as const, loaded_at_ms: at, settled_at_ms: at};
	await settleRevision(write, revision, settled);
	await supersedeBelow(write, sandbox.id, revision.revision, at);
	await recordRevision(write, at, sandbox, {...revision, ...settled});
	// A later revision holds what the earlier ones brought, so theirs is in force as well.
	for (const bundle of await activatingUpTo(write, sandbox, revision.revision)) {
		await move(deps, write, sandbox, bundle, {phase: 'active', application_error: ''});
	}

	const inForce = rereadPolicy(revision.policy_yaml, revision.hash);
	await closeCovered(deps, write, sandbox, inForce, revision.revision);
};

const settleFailed = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	revision: RevisionRow,
	error: string,
): Promise<void> => {
	const at = deps.now();
	const settled = {state: 'failed' as const, error, settled_at_ms: at};
	await settleRevision(write, revision, settled);
	await recordRevision(write, at, sandbox, {...revision, ...settled});
	const newest = await latestRevision(write, sandbox.id);
	if (newest.revision === revision.revision) {
		await goBack(deps, write, sandbox, revision, error);
	}
	// Else the newer revision holds the same rules and is on its way: its own report decides.
};

/**
Brings back the newest authority that was in force, or that may not be gone back behind (X21):
what a person narrowed since stays narrowed. What an operator attached is never replaced.
*/
const goBack = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	failed: RevisionRow,
	error: string,
): Promise<void> => {
	const good =
		failed.cause === 'approve'
			? await lastGoodRevision(write, sandbox.id, failed.revision)
			: await narrowed(deps, write, sandbox, failed);
	if (good === undefined) {
		return;
	}

	const cause = failed.cause === 'approve' ? 'restore' : failed.cause;
	await startRevision(deps, write, sandbox, good, cause);
	const reason = `the sandbox refused revision ${failed.revision}: ${error}`;
	for (const bundle of await activatingUpTo(write, sandbox, failed.revision)) {
		if (bundle.revision > good.revision) {
			// With the base it is blocked on, so that it stays so until that moves.
			await move(deps, write, sandbox, bundle, {
				phase: 'blocked',
				application_error: reason,
				revision: 0,
				base_hash: good.hash,
				decided_at_ms: 0,
			});
		}
	}

	await refreshPending(deps, write, sandbox);
};

type Good = Pick<RevisionRow, 'revision' | 'policy_yaml' | 'hash'>;

/** A narrowing must take hold: without the approvals that are still on their way it may load. */
const narrowed = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	failed: RevisionRow,
): Promise<Good | undefined> => {
	if (failed.cause !== 'revoke') {
		return undefined;
	}

	const active = await bundlesIn(write, sandbox.id, ['active']);
	const rest = await rebuild(deps, write, sandbox, active);
	return rest.ok && rest.value.hash !== failed.hash
		? {revision: 0, policy_yaml: rest.value.yaml, hash: rest.value.hash}
		: undefined;
};

const activatingUpTo = async (
	write: Write,
	sandbox: SandboxRow,
	revision: number,
): Promise<readonly BundleRow[]> =>
	(await bundlesIn(write, sandbox.id, activating)).filter(bundle => bundle.revision <= revision);

const activating: readonly Phase[] = ['activating'];

const move = async (
	{now}: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	bundle: BundleRow,
	change: Partial<BundleRow>,
): Promise<void> => {
	await moveBundle(write, bundle.id, activating, change);
	const chunks = await chunksOf(write, [bundle.id]);
	await recordChunks(write, now(), sandbox, {...bundle, ...change}, chunks);
};
