import type {PolicyInForce, PolicyPort} from '../policies/model/plugin.ts';

/** The policy in force: one reference, swapped whole, so that no reader ever sees half a policy. */
export type Snapshot = PolicyPort & {
	swap(next: PolicyInForce): void;
};

/**
Listeners run in the order in which they subscribed, before `swap` returns: the passages are
re-evaluated first, so whoever is told later finds nothing open that the new policy denies.
A throwing listener stops neither the swap nor the others; its error is thrown at the end.
*/
export const makeSnapshot = (): Snapshot => {
	let inForce: PolicyInForce | undefined;
	const listeners = new Set<() => void>();

	return {
		current: () => inForce,
		onSwap(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		swap(next) {
			inForce = next;
			const failures = [...listeners].flatMap(listener => attempt(listener));
			if (failures.length > 0) {
				throw new AggregateError(failures, 'a listener of the policy failed');
			}
		},
	};
};

const attempt = (listener: () => void): readonly unknown[] => {
	try {
		listener();
		return [];
	} catch (error) {
		return [error];
	}
};
