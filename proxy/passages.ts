import type {PolicyInForce, PolicyPort} from '../policies/model/plugin.ts';

/** Something open that a reload may take away. */
export type Live = {
	/** Asked after each swap: why it must close under the new policy (decision 10), or undefined. */
	reconsider(policy: PolicyInForce): string | undefined;
	revoke(cause: string): void;
};

/** Everything that is open now. What is to be dialled is registered first (X19). */
export type Passages = {
	/** Returns the end of the registration. */
	add(live: Live): () => void;
	readonly size: number;
	/** Closes everything, for the end of the proxy. */
	revokeAll(cause: string): void;
};

/**
Re-evaluates every live passage on every swap and closes exactly those that say so. One that
cannot tell is closed: a passage nobody can judge is a passage nobody allows.
*/
export const makePassages = (policy: PolicyPort): Passages => {
	const open = new Set<Live>();

	policy.onSwap(() => {
		const next = policy.current();
		closeThose(open, live => judge(live, next));
	});

	return {
		add(live) {
			open.add(live);
			return () => {
				open.delete(live);
			};
		},
		get size() {
			return open.size;
		},
		revokeAll: cause => closeThose(open, () => cause),
	};
};

/** One that fails to close must not keep the others open; what failed is thrown at the end. */
const closeThose = (open: ReadonlySet<Live>, causeOf: (live: Live) => string | undefined): void => {
	const failures: unknown[] = [];
	for (const live of [...open]) {
		const cause = causeOf(live);
		try {
			if (cause !== undefined) {
				live.revoke(cause);
			}
		} catch (error) {
			failures.push(error);
		}
	}

	if (failures.length > 0) {
		throw new AggregateError(failures, 'a passage could not be closed');
	}
};

/** Why it must close, also when it cannot tell. */
export const judge = (
	live: Pick<Live, 'reconsider'>,
	next: PolicyInForce | undefined,
): string | undefined => {
	try {
		return next === undefined ? 'no policy is loaded' : live.reconsider(next);
	} catch {
		return 'the policy was reloaded and deciding again failed';
	}
};
