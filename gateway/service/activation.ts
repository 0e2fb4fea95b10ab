import type {BundleId, SandboxId} from '../../policies/model/names.ts';
import type {Read, Write} from '../store/handles.ts';
import {insertRevision, latestRevision} from '../store/revisions.ts';
import type {RevisionCause, RevisionRow, SandboxRow} from '../store/rows.ts';
import {makeWake} from '../store/wake.ts';
import type {ServiceDeps} from './deps.ts';
import {activationWaitMs} from './limits.ts';
import {recordRevision} from './record.ts';

/** A sandbox that is here is loading a revision right now: another ruling would race with it. */
export const isActivating = async (
	{presence}: Pick<ServiceDeps, 'presence'>,
	read: Read,
	sandbox: SandboxId,
): Promise<boolean> =>
	presence.isConnected(sandbox) && (await latestRevision(read, sandbox)).state === 'pending';

/**
Runs a ruling when no activation of the sandbox is running, waiting 5 s at most (decision 30).
`run` is asked again after each wait, in a transaction of its own; `mayWait` is false the last time.
*/
export const afterActivation = async <T>(
	{store}: Pick<ServiceDeps, 'store'>,
	run: (write: Write, mayWait: boolean) => Promise<T | 'wait'>,
	waitMs = activationWaitMs,
): Promise<T> => {
	const deadline = AbortSignal.timeout(waitMs);
	const wake = makeWake(store);
	try {
		for (;;) {
			const mayWait = !deadline.aborted;
			const outcome = await store.write(write => run(write, mayWait));
			if (outcome !== 'wait') {
				return outcome;
			}

			await wake.next(waitMs, deadline);
		}
	} finally {
		wake.end();
	}
};

/** Makes the next revision; the sandbox hears of it and loads it. Numbers only grow. */
export const startRevision = async (
	{now}: Pick<ServiceDeps, 'now'>,
	write: Write,
	sandbox: SandboxRow,
	policy: Pick<RevisionRow, 'policy_yaml' | 'hash'>,
	cause: RevisionCause,
	bundle: BundleId | '' = '',
): Promise<RevisionRow> => {
	const revision = (await highestRevision(write, sandbox.id)) + 1;
	const row: RevisionRow = {
		sandbox_id: sandbox.id,
		revision,
		cause,
		policy_yaml: policy.policy_yaml,
		hash: policy.hash,
		state: 'pending',
		error: '',
		created_at_ms: now(),
		loaded_at_ms: 0,
		settled_at_ms: 0,
		bundle_id: bundle,
	};
	await insertRevision(write, row);
	await recordRevision(write, now(), sandbox, row);
	return row;
};

const highestRevision = async ({knex}: Read, sandbox: SandboxId): Promise<number> => {
	const row = await knex<RevisionRow>('revisions')
		.where('sandbox_id', sandbox)
		.max({revision: 'revision'})
		.first();
	return Number(row?.['revision'] ?? 0);
};
