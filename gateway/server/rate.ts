/** A token bucket per key. A key that is full again is forgotten, so the map holds only the busy ones. */
export type RateLimit = {
	/** 0 when the call may go on, else the seconds until it may. */
	take(key: string): number;
};

export const makeRateLimit = (
	{perSecond, burst}: {readonly perSecond: number; readonly burst: number},
	now: () => number,
): RateLimit => {
	const buckets = new Map<string, {tokens: number; at: number}>();
	return {
		take(key) {
			const at = now();
			const bucket = buckets.get(key) ?? {tokens: burst, at};
			const tokens = Math.min(
				burst,
				bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * perSecond,
			);
			if (tokens < 1) {
				return Math.ceil((1 - tokens) / perSecond);
			}

			buckets.set(key, {tokens: tokens - 1, at});
			forgetFull(buckets, at, (burst / perSecond) * 1000);
			return 0;
		},
	};
};

const forgetFull = (buckets: Map<string, {at: number}>, at: number, fullAfterMs: number): void => {
	for (const [key, bucket] of buckets) {
		if (at - bucket.at > fullAfterMs) {
			buckets.delete(key);
		}
	}
};
