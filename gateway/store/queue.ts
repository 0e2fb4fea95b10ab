import {StoreError} from './handles.ts';
import {maxQueuedUnits} from './limits.ts';

/** Telemetry runs only when nothing else waits, so that no flood of it holds up a ruling (X33). */
export type Lane = 'work' | 'telemetry';

export type Queue = {
	/** Rejects with `StoreError` where too many wait in that lane already. */
	run<T>(unit: () => Promise<T>, lane: Lane): Promise<T>;
	/** Resolves when everything that was queued before has ended. */
	drain(): Promise<void>;
};

/** Runs units strictly one after another, so that each owns the single connection for its whole life. */
export const makeQueue = (): Queue => {
	const lanes: Readonly<Record<Lane, Array<() => Promise<void>>>> = {work: [], telemetry: []};
	let pumping: Promise<void> | undefined;
	const pump = async (): Promise<void> => {
		let next = lanes.work.shift() ?? lanes.telemetry.shift();
		while (next !== undefined) {
			await next();
			next = lanes.work.shift() ?? lanes.telemetry.shift();
		}

		pumping = undefined;
	};

	return {
		run(unit, lane) {
			if (lanes[lane].length >= maxQueuedUnits) {
				return Promise.reject(new StoreError('too many units of work are waiting'));
			}

			return new Promise((resolve, reject) => {
				lanes[lane].push(() => unit().then(resolve, reject));
				pumping ??= pump();
			});
		},
		async drain() {
			await pumping;
		},
	};
};
