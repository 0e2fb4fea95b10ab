import type {Phase} from '../../policies/model/chunk.ts';
import type {BundleId, ChunkId, SandboxId} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';
import {unruledMaxBundles} from './limits.ts';
import type {BundleRow, ChunkRow} from './rows.ts';

/** Phases that wait for a person. */
export const undecided: readonly Phase[] = ['reviewing', 'blocked'];

export const insertBundle = async (
	{knex}: Write,
	bundle: BundleRow,
	chunks: readonly ChunkRow[],
): Promise<void> => {
	await knex('bundles').insert(bundle);
	await knex('chunks').insert([...chunks]);
};

export const findBundle = ({knex}: Read, id: BundleId): Promise<BundleRow | undefined> =>
	knex<BundleRow>('bundles').where({id}).first();

/** Bundles of a sandbox in these phases, oldest first. */
export const bundlesIn = (
	{knex}: Read,
	sandbox: SandboxId,
	phases: readonly Phase[],
): Promise<BundleRow[]> =>
	knex<BundleRow>('bundles')
		.where('sandbox_id', sandbox)
		.whereIn('phase', [...phases])
		.orderBy([{column: 'created_at_ms'}, {column: 'id'}]);

/** Newest first. */
export const listBundles = (
	{knex}: Read,
	sandbox: SandboxId,
	phases: readonly Phase[],
	limit: number,
): Promise<BundleRow[]> =>
	knex<BundleRow>('bundles')
		.where('sandbox_id', sandbox)
		.whereIn('phase', [...phases])
		.orderBy([
			{column: 'created_at_ms', order: 'desc'},
			{column: 'id', order: 'desc'},
		])
		.limit(limit);

export const countIn = async (
	{knex}: Read,
	sandbox: SandboxId,
	phases: readonly Phase[],
): Promise<number> => {
	const [row] = await knex('bundles')
		.where('sandbox_id', sandbox)
		.whereIn('phase', [...phases])
		.count({count: '*'});
	return Number(row?.['count'] ?? 0);
};

export const chunksOf = ({knex}: Read, bundles: readonly BundleId[]): Promise<ChunkRow[]> =>
	knex<ChunkRow>('chunks')
		.whereIn('bundle_id', [...bundles])
		.orderBy([{column: 'bundle_id'}, {column: 'position'}]);

/** A chunk of this sandbox; another sandbox's chunk does not exist. */
export const findChunk = (
	{knex}: Read,
	sandbox: SandboxId,
	id: ChunkId,
): Promise<ChunkRow | undefined> =>
	knex<ChunkRow>('chunks').where({sandbox_id: sandbox, id}).first();

export const updateChunk = async (
	{knex}: Write,
	id: ChunkId,
	change: Partial<ChunkRow>,
): Promise<void> => {
	await knex('chunks').where({id}).update(change);
};

/** Changes a bundle only while it is in one of the phases; false when somebody was faster. */
export const moveBundle = async (
	{knex}: Write,
	id: BundleId,
	from: readonly Phase[],
	change: Partial<BundleRow>,
): Promise<boolean> =>
	(await knex('bundles')
		.where({id})
		.whereIn('phase', [...from])
		.update(change)) === 1;

/** Forgets the oldest bundles that closed without a ruling, beyond the bound; what was ruled stays. */
export const pruneUnruled = async ({knex}: Write, sandbox: SandboxId): Promise<void> => {
	const extra = await knex<BundleRow>('bundles')
		.where('sandbox_id', sandbox)
		.whereIn('phase', ['refused', 'covered', 'superseded'])
		.whereNotExists(knex('rulings').whereRaw('rulings.bundle_id = bundles.id'))
		.orderBy([
			{column: 'created_at_ms', order: 'desc'},
			{column: 'id', order: 'desc'},
		])
		.offset(unruledMaxBundles)
		.limit(unruledMaxBundles);
	const ids = extra.map(row => row.id);
	await knex('chunks').whereIn('bundle_id', ids).delete();
	await knex('bundles').whereIn('id', ids).delete();
};
