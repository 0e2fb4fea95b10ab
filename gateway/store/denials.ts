import type {SandboxId} from '../../policies/model/names.ts';
import type {Write} from './handles.ts';
import {denialMaxAgeMs, denialMaxRows} from './limits.ts';
import type {DenialRow} from './rows.ts';

/** Adds refusals, each place at most once: an old place is counted up and keeps its newest record. */
export const addDenials = async ({knex}: Write, rows: readonly DenialRow[]): Promise<void> => {
	if (rows.length > 0) {
		await knex('denials')
			.insert([...rows])
			.onConflict(['sandbox_id', 'place'])
			.merge({
				denial_id: knex.raw('excluded.denial_id'),
				record: knex.raw('excluded.record'),
				count: knex.raw('denials.count + excluded.count'),
				last_seen_ms: knex.raw('excluded.last_seen_ms'),
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

/** Rows that a proxy had to drop before it could send them. */
export const countDropped = async (
	{knex}: Write,
	sandbox: SandboxId,
	dropped: number,
): Promise<void> => {
	await knex('sandboxes').where({id: sandbox}).increment('dropped_denials', dropped);
};
