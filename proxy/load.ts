import type {CompiledPolicy} from '../policies/model/compile.ts';
import type {Event} from '../policies/model/event.ts';
import type {Digest} from '../policies/model/names.ts';
import type {PolicyInForce} from '../policies/model/plugin.ts';
import {err, ok, type Result} from '../policies/model/result.ts';
import {loadErrorLength} from './gate-limits.ts';
import type {Snapshot} from './snapshot.ts';

/** A policy text that may come into force. */
export type PolicyText = {
	readonly source: 'gateway' | 'file';
	readonly revision: number;
	readonly yaml: string;
	/** As the gateway names it; absent: of the text itself. */
	readonly hash?: Digest;
};

export type LoadDeps = {
	readonly snapshot: Snapshot;
	/** Parse and compile; the error is what a person reads. */
	read(yaml: string): Result<{readonly compiled: CompiledPolicy; readonly hash: Digest}, string>;
	tell(event: Event): void;
	now(): number;
};

/** Puts a policy in force, whole, or leaves the one before it in force and says why. */
export const loadPolicy = (deps: LoadDeps, text: PolicyText): Result<PolicyInForce, string> => {
	const previous = deps.snapshot.current();
	const {source, revision, yaml} = text;
	const read = isGoingBack(previous, text)
		? err(`revision ${revision} is older than ${previous?.revision}, which is in force`)
		: deps.read(yaml);
	if (!read.ok) {
		const error = read.error.slice(0, loadErrorLength);
		deps.tell({
			kind: 'policy.load_failed',
			at: deps.now(),
			source,
			revision,
			error,
			isPreviousKept: previous !== undefined,
		});
		return err(error);
	}

	const next = {revision, hash: text.hash ?? read.value.hash, yaml, compiled: read.value.compiled};
	deps.snapshot.swap(next);
	deps.tell({
		kind: previous === undefined ? 'policy.loaded' : 'policy.reloaded',
		at: deps.now(),
		source,
		revision,
		hash: next.hash,
		ruleCount: next.compiled.policy.network_policies.size,
		...(previous !== undefined && {previousRevision: previous.revision}),
	});
	return ok(next);
};

/** Numbers only grow: an older revision could revive what was taken back since (X37). */
const isGoingBack = (previous: PolicyInForce | undefined, {revision}: PolicyText): boolean =>
	previous !== undefined && revision < previous.revision;
