import {StoreError} from './handles.ts';
import {maxQueuedUnits} from './limits.ts';

export type Queue = {
	run<T>(unit: () => Promise<T>): Promise<T>;
	/** Resolves when everything that was queued before has ended. */
	drain(): Promise<void>;
};

/** Runs units strictly one after another, so that each owns the single connection for its whole life. */
export const makeQueue = (): Queue => {
	let tail: Promise<unknown> = Promise.resolve();
	let waiting = 0;
	return {
		run(unit) {
			if (waiting >= maxQueuedUnits) {
				return Promise.reject(new StoreError('too many units of work are waiting'));
			}

			waiting++;
			const result = tail.then(unit).finally(() => {
				waiting--;
			});
			tail = result.catch(() => undefined);
			return result;
		},
		async drain() {
			await tail;
		},
	};
};
