import {type BundleId, makeId} from '../../policies/model/names.ts';
import type {SubmissionAnswer} from '../../policies/model/plugin.ts';
import {toJson} from '../client/json.ts';
import {undecided} from '../store/bundles.ts';
import type {BundleRow, ChunkRow, SandboxRow} from '../store/rows.ts';
import type {ServiceDeps} from './deps.ts';
import type {Evaluation} from './evaluate.ts';
import {maxCitedDenials} from './limits.ts';
import type {ReadOperations} from './operations.ts';
import {bundleColumns, chunkColumns} from './pending.ts';
import type {Submitted} from './submit.ts';

/** What was decided about a bundle while it came in. */
export type Decision = Pick<BundleRow, 'phase' | 'rejection_code' | 'rejection_reason'>;

export const bundleRow = (
	{now}: ServiceDeps,
	sandbox: SandboxRow,
	id: BundleId,
	submitted: Submitted,
	evaluation: Evaluation,
	decision: Decision,
): BundleRow => ({
	id,
	sandbox_id: sandbox.id,
	origin: submitted.mode,
	intent: submitted.intent_summary,
	denials: toJson(submitted.denials.slice(0, maxCitedDenials)),
	supersedes: JSON.stringify(submitted.supersedes),
	...bundleColumns(evaluation),
	...decision,
	guidance_code: '',
	revision: 0,
	created_at_ms: now(),
	decided_at_ms: undecided.includes(decision.phase) ? 0 : now(),
	last_seen_ms: now(),
	hit_count: 1,
});

export const chunkRows = (
	{ulid, digest}: ServiceDeps,
	bundle: BundleRow,
	{operations, json}: ReadOperations,
	evaluation: Evaluation,
): readonly ChunkRow[] =>
	operations.map(({addRule}, position) => ({
		id: makeId('chunk', ulid()),
		bundle_id: bundle.id,
		sandbox_id: bundle.sandbox_id,
		position,
		rule_name: addRule.ruleName,
		operation: JSON.stringify(json[position]),
		operation_hash: digest(JSON.stringify(json[position])),
		binary: addRule.rule.binaries[0]?.path ?? '',
		...chunkColumns(evaluation, position),
	}));

export const answerOf = (
	bundle: BundleRow,
	chunks: readonly ChunkRow[],
	isAccepted: boolean,
): SubmissionAnswer => {
	const ids = chunks.map(chunk => chunk.id);
	return {
		bundle_id: bundle.id,
		accepted_chunks: isAccepted ? ids.length : 0,
		rejected_chunks: isAccepted ? 0 : ids.length,
		rejection_reasons: isAccepted
			? []
			: chunks.map(chunk => `chunk '${chunk.rule_name}': ${bundle.rejection_reason}`),
		accepted_chunk_ids: isAccepted ? ids : [],
		rejected_chunk_ids: isAccepted ? [] : ids,
	};
};
