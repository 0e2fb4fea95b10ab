import type {Denial} from '../../policies/model/denial.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import {toJson} from '../client/json.ts';
import {addDenials, countDropped, pruneDenials} from '../store/denials.ts';
import {addEvent} from '../store/events.ts';
import type {DenialRow, SandboxRow} from '../store/rows.ts';
import {findSandboxById} from '../store/sandboxes.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, sandboxGone} from './failure.ts';

type Deps = Pick<ServiceDeps, 'store' | 'digest' | 'now'>;

/** Keeps what a sandbox's proxy refused, gathered by place and within bounds (wire.md §7). */
export const reportDenials = (
	deps: Deps,
	{id}: SandboxRow,
	denials: readonly Denial[],
	dropped: number,
): Promise<Result<Record<string, never>, Failure>> =>
	deps.store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		if (sandbox === undefined) {
			return sandboxGone;
		}

		const at = deps.now();
		const rows = gather(deps, sandbox, denials);
		await addDenials(write, rows);
		await countDropped(write, id, dropped);
		await pruneDenials(write, id, at);
		const newest = denials.at(-1);
		if (newest !== undefined) {
			const data = {denial_id: newest.denial_id, count: denials.length};
			await addEvent(write, {at, sandbox, kind: 'denial', data});
		}

		return ok({});
	}, 'telemetry');

const gather = (
	{digest, now}: Deps,
	sandbox: SandboxRow,
	denials: readonly Denial[],
): readonly DenialRow[] => {
	const rows = new Map<string, DenialRow>();
	for (const denial of denials) {
		const {host, port, binary, method, path, code} = denial;
		const place = digest(
			JSON.stringify([host, port, binary ?? '', method ?? '', path ?? '', code]),
		);
		// A clock that runs ahead must not keep its rows alive for ever.
		const at = Math.min(denial.at, now());
		const before = rows.get(place);
		rows.set(place, {
			sandbox_id: sandbox.id,
			place,
			denial_id: denial.denial_id,
			record: toJson(denial),
			count: (before?.count ?? 0) + 1,
			first_seen_ms: Math.min(before?.first_seen_ms ?? at, at),
			last_seen_ms: Math.max(before?.last_seen_ms ?? at, at),
		});
	}

	return [...rows.values()];
};
