import {statusOf} from '../../policies/model/chunk.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {ProposalEvent} from '../../policies/model/event.ts';
import type {Endpoint} from '../../policies/model/policy.ts';
import {addEvent} from '../store/events.ts';
import type {Write} from '../store/handles.ts';
import type {BundleRow, ChunkRow, RevisionRow, RulingRow, SandboxRow} from '../store/rows.ts';
import {storedOperations} from './operations.ts';
import {toRuling} from './view.ts';

/** Says on the feed, and where it was proposed also in the record, that chunks are new or changed. */
export const recordChunks = async (
	write: Write,
	at: number,
	sandbox: SandboxRow,
	bundle: BundleRow,
	chunks: readonly ChunkRow[],
	isNew = false,
): Promise<void> => {
	for (const chunk of chunks) {
		await addEvent(write, {
			at,
			sandbox,
			kind: 'chunk-changed',
			data: {
				chunk_id: chunk.id,
				bundle_id: bundle.id,
				phase: bundle.phase,
				status: statusOf[bundle.phase],
			},
			...(isNew && {record: proposed(at, sandbox, bundle, chunk)}),
		});
	}
};

/** One event for each chunk that a ruling decided. */
export const recordRuling = async (
	write: Write,
	sandbox: SandboxRow,
	chunks: readonly ChunkRow[],
	ruling: RulingRow,
	revision: number,
): Promise<void> => {
	for (const chunk of chunks) {
		await addEvent(write, {
			at: ruling.at_ms,
			sandbox,
			kind: 'ruling',
			data: {
				ruling_id: ruling.id,
				chunk_id: chunk.id,
				bundle_id: ruling.bundle_id,
				action: ruling.action,
				by: ruling.by_kind,
			},
			record: ruled(sandbox, chunk, ruling, revision),
		});
	}
};

/** Says that there is another policy to load, or that one was settled. */
export const recordRevision = async (
	write: Write,
	at: number,
	sandbox: SandboxRow,
	{revision, state, hash}: Pick<RevisionRow, 'revision' | 'state' | 'hash'>,
): Promise<void> => {
	const data = {revision, state, hash};
	await addEvent(write, {at, sandbox, kind: 'revision-changed', data});
	if (state === 'pending') {
		await addEvent(write, {at, sandbox, kind: 'config-changed', data: {revision}});
	}
};

const proposed = (
	at: number,
	sandbox: SandboxRow,
	bundle: BundleRow,
	chunk: ChunkRow,
): ProposalEvent => ({
	kind: 'proposal.proposed',
	at,
	...factsOf(sandbox, chunk),
	denials: (JSON.parse(bundle.denials) as readonly Denial[]).map(denial => denial.denial_id),
});

const ruled = (
	sandbox: SandboxRow,
	chunk: ChunkRow,
	ruling: RulingRow,
	revision: number,
): ProposalEvent => {
	const common = {at: ruling.at_ms, ...factsOf(sandbox, chunk), ruling: toRuling(ruling)};
	return ruling.action === 'approve'
		? {...common, kind: 'proposal.approved', revision}
		: {...common, kind: 'proposal.rejected'};
};

const factsOf = (sandbox: SandboxRow, chunk: ChunkRow) => {
	const [operation] = storedOperations([chunk]).operations;
	const rule = operation?.addRule.rule;
	const endpoints = rule?.endpoints ?? [];
	return {
		sandbox: sandbox.name,
		chunk: chunk.id,
		summary: `add-rule ${chunk.rule_name} endpoints=[${endpoints.map(describe).join(', ')}] binaries=[${(rule?.binaries ?? []).map(({path}) => path).join(', ')}]`,
		hosts: [...new Set(endpoints.map(({host}) => host as string))],
	};
};

/** In the words of the contract's audit line (§5.9). */
const describe = ({host, ports, protocol, enforcement, rules}: Endpoint): string =>
	[
		`${host}:${ports.join('+')}`,
		...(protocol === '' ? [] : [`protocol=${protocol} enforcement=${enforcement}`]),
		...(rules.length === 0
			? []
			: [
					`allow=[${rules.map(({allow}) => `${allow.method ?? '*'} ${allow.path ?? '**'}`).join(', ')}]`,
				]),
	].join(' ');
