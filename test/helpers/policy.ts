import {builtInWords} from '../../plugins/words.ts';
import {compile} from '../../policies/model/compile.ts';
import type {Digest} from '../../policies/model/names.ts';
import type {PolicyInForce, PolicyPort} from '../../policies/model/plugin.ts';
import {parsePolicy} from '../../policies/model/policy-parse.ts';

/** A policy in force, from its text. */
export const inForce = ({revision = 1, yaml = 'version: 1\n'} = {}): PolicyInForce => {
	const parsed = parsePolicy(yaml);
	if (!parsed.ok) {
		throw new Error(JSON.stringify(parsed.error));
	}

	const compiled = compile(parsed.value.policy, builtInWords);
	if (!compiled.ok) {
		throw new Error(JSON.stringify(compiled.error));
	}

	return {revision, hash: `hash-${revision}` as Digest, yaml, compiled: compiled.value};
};

/** A policy port whose policy a test swaps. */
export type FakePolicy = PolicyPort & {
	swap(given: {readonly revision?: number; readonly yaml?: string}): void;
	readonly listeners: number;
};

export const fakePolicy = (
	given: {readonly revision?: number; readonly yaml?: string} = {},
): FakePolicy => {
	let current = inForce(given);
	const listeners = new Set<() => void>();
	return {
		current: () => current,
		onSwap(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		swap(next) {
			current = inForce(next);
			for (const listener of listeners) {
				listener();
			}
		},
		get listeners() {
			return listeners.size;
		},
	};
};
