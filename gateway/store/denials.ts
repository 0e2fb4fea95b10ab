import type {SandboxId} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';
import {denialMaxAgeMs, denialMaxRows} from './limits.ts';
import type {DenialRow} from './rows.ts';

/** Adds refusals, gathered by place: an old place is counted up and keeps its newest record. */
export const addDenials = async ({knex}: Write, rows: readonly DenialRow[]): Promise<void> => {
	for (const row of rows) {
		await knex('denials')
			.insert(row)
			.onConflict(['sandbox_id', 'place'])
			.merge({
				denial_id: row.denial_id,
				record: row.record,
				count: knex.raw('denials.count + ?', [row.count]),
				last_seen_ms: row.last_seen_ms,
			});
	}
};

/** Keeps a sandbox within its bounds: the oldest go first. */
export const pruneDenials = async (
	{knex}: Write,
	sandbox: SandboxId,
	now: number,
): Promise<void> => {
	await knex('denials')
		.where('sandbox_id', sandbox)
		.where('last_seen_ms', '<', now - denialMaxAgeMs)
		.delete();
	const [oldestKept] = await knex<DenialRow>('denials')
		.where('sandbox_id', sandbox)
		.orderBy('last_seen_ms', 'desc')
		.offset(denialMaxRows - 1)
		.limit(1);
	if (oldestKept !== undefined) {
		await knex('denials')
			.where('sandbox_id', sandbox)
			.where('last_seen_ms', '<', oldestKept.last_seen_ms)
			.delete();
	}
};

export const listDenials = (
	{knex}: Read,
	sandbox: SandboxId,
	limit: number,
): Promise<DenialRow[]> =>
	knex<DenialRow>('denials')
		.where('sandbox_id', sandbox)
		.orderBy('last_seen_ms', 'desc')
		.limit(limit);

export const countDropped = async (
	{knex}: Write,
	sandbox: SandboxId,
	dropped: number,
): Promise<void> => {
	await knex('sandboxes').where({id: sandbox}).increment('dropped_denials', dropped);
};
