import type {PolicyInForce, PolicyPort} from '../policies/model/plugin.ts';
import {judge, type Passages} from './passages.ts';

/** The part of a passage that a reload can take away. */
export type Revocable = {
	isOpen(): boolean;
	/** Called once, also when it happened before. */
	onRevoked(close: (cause: string) => void): void;
	/** Asks at once if another policy is in force than the one it was decided under. */
	confirm(under: PolicyInForce | undefined): void;
	/** Why it was taken away. */
	cause(): string | undefined;
	/** It is over; true the first time. */
	end(): boolean;
};

/**
Registers something live. Call `confirm` as soon as `reconsider` can answer: between the decision
and here others may have run (X19).
*/
export const makeRevocable = (
	deps: {readonly passages: Passages; readonly policy: PolicyPort},
	reconsider: (policy: PolicyInForce) => string | undefined,
): Revocable => {
	let cause: string | undefined;
	let isEnded = false;
	let close: ((cause: string) => void) | undefined;
	const revoke = (why: string): void => {
		if (cause === undefined && !isEnded) {
			cause = why;
			remove();
			close?.(why);
		}
	};
	const remove = deps.passages.add({reconsider, revoke});

	return {
		isOpen: () => cause === undefined && !isEnded,
		onRevoked(listener) {
			close = listener;
			if (cause !== undefined) {
				listener(cause);
			}
		},
		confirm(under) {
			const current = deps.policy.current();
			const why = current === under ? undefined : judge({reconsider}, current);
			if (why !== undefined) {
				revoke(why);
			}
		},
		cause: () => cause,
		end() {
			const isFirst = !isEnded;
			isEnded = true;
			remove();
			return isFirst;
		},
	};
};
