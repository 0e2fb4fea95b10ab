import type {SandboxId} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';
import type {RevisionCause, RevisionRow} from './rows.ts';

/** The newest revision, whatever became of it. Every living sandbox has one. */
export const latestRevision = async ({knex}: Read, sandbox: SandboxId): Promise<RevisionRow> => {
	const row = await knex<RevisionRow>('revisions')
		.where('sandbox_id', sandbox)
		.orderBy('revision', 'desc')
		.first();
	if (row === undefined) {
		throw new Error('a sandbox without a revision');
	}

	return row;
};

export const findRevision = (
	{knex}: Read,
	sandbox: SandboxId,
	revision: number,
): Promise<RevisionRow | undefined> =>
	knex<RevisionRow>('revisions').where({sandbox_id: sandbox, revision}).first();

/** The newest revision before `below` that was in force, or that nothing may go back behind. */
export const lastGoodRevision = (
	{knex}: Read,
	sandbox: SandboxId,
	below: number,
): Promise<RevisionRow | undefined> =>
	knex<RevisionRow>('revisions')
		.where('sandbox_id', sandbox)
		.where('revision', '<', below)
		.where(either => either.where('loaded_at_ms', '>', 0).orWhereIn('cause', final))
		.orderBy('revision', 'desc')
		.first();

/** Revisions of the operator's own making, and those that only narrow, are never gone back behind (X21). */
const final: readonly RevisionCause[] = ['attach', 'revoke'];

/** What the sandbox says it has in force; undefined before its first report. */
export const loadedRevision = (
	{knex}: Read,
	sandbox: SandboxId,
): Promise<RevisionRow | undefined> =>
	knex<RevisionRow>('revisions').where({sandbox_id: sandbox, state: 'loaded'}).first();

export const insertRevision = async ({knex}: Write, row: RevisionRow): Promise<void> => {
	await knex('revisions').insert(row);
};

/** Settles one pending revision; false when it was not pending. */
export const settleRevision = async (
	{knex}: Write,
	{sandbox_id, revision}: Pick<RevisionRow, 'sandbox_id' | 'revision'>,
	change: Partial<RevisionRow>,
): Promise<boolean> => {
	const changed = await knex('revisions')
		.where({sandbox_id, revision, state: 'pending'})
		.update(change);
	return changed === 1;
};

/** What was in force, or still on its way, before a revision that is now loaded. */
export const supersedeBelow = async (
	{knex}: Write,
	sandbox: SandboxId,
	revision: number,
	now: number,
): Promise<void> => {
	await knex('revisions')
		.where('sandbox_id', sandbox)
		.where('revision', '<', revision)
		.whereIn('state', ['pending', 'loaded'])
		.update({state: 'superseded', settled_at_ms: now});
};
