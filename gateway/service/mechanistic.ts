import type {SubmissionAnswer} from '../../policies/model/plugin.ts';
import {moveBundle} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import type {BundleRow, ChunkRow, SandboxRow} from '../store/rows.ts';
import type {ServiceDeps} from './deps.ts';
import type {ReadOperations} from './operations.ts';

/**
A draft that the proxy made before, whatever became of it: it is counted, not proposed again
(contract §5.2.4). Undefined where it is new, or where an agent speaks.
*/
export const countRepeat = async (
	{now, digest}: Pick<ServiceDeps, 'now' | 'digest'>,
	write: Write,
	sandbox: SandboxRow,
	mode: 'agent_authored' | 'mechanistic',
	{json}: ReadOperations,
): Promise<SubmissionAnswer | undefined> => {
	const [operation] = json;
	if (mode !== 'mechanistic' || json.length !== 1) {
		return undefined;
	}

	const earlier = await findDraft(write, sandbox, digest(JSON.stringify(operation)));
	if (earlier === undefined) {
		return undefined;
	}

	const {bundle, chunk} = earlier;
	await moveBundle(write, bundle.id, [bundle.phase], {
		hit_count: bundle.hit_count + 1,
		last_seen_ms: now(),
	});
	return {
		bundle_id: bundle.id,
		accepted_chunks: 1,
		rejected_chunks: 0,
		rejection_reasons: [],
		accepted_chunk_ids: [chunk.id],
		rejected_chunk_ids: [],
	};
};

const findDraft = async (
	{knex}: Write,
	sandbox: SandboxRow,
	operationHash: string,
): Promise<{bundle: BundleRow; chunk: ChunkRow} | undefined> => {
	const chunks = await knex<ChunkRow>('chunks').where({
		sandbox_id: sandbox.id,
		operation_hash: operationHash as ChunkRow['operation_hash'],
	});
	const bundle = await knex<BundleRow>('bundles')
		.where('origin', 'mechanistic')
		.whereIn(
			'id',
			chunks.map(chunk => chunk.bundle_id),
		)
		.first();
	const chunk = chunks.find(({bundle_id}) => bundle_id === bundle?.id);
	return bundle === undefined || chunk === undefined ? undefined : {bundle, chunk};
};
