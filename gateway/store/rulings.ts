import type {BundleId} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';
import type {RulingRow} from './rows.ts';

/** Rulings are only ever added: there is no update and no delete in this file. */
export const insertRuling = async ({knex}: Write, row: RulingRow): Promise<void> => {
	await knex('rulings').insert(row);
};

/** The newest ruling of each bundle. */
export const latestRulings = async (
	{knex}: Read,
	bundles: readonly BundleId[],
): Promise<ReadonlyMap<BundleId, RulingRow>> => {
	const rows = await knex<RulingRow>('rulings')
		.whereIn('bundle_id', [...bundles])
		.orderBy([{column: 'at_ms'}, {column: 'id'}]);
	return new Map(rows.map(row => [row.bundle_id, row]));
};
