import type {Clock} from '../../policies/model/plugin.ts';

/** A clock that stands still until the test moves it; sleepers wake in order. */
export type ManualClock = Clock & {
	/** Moves time on and lets what woke up run. */
	advance(milliseconds: number): Promise<void>;
	/** How many sleep now. */
	readonly sleepers: number;
};

export const manualClock = (start = Date.UTC(2026, 10, 21, 12)): ManualClock => {
	let now = start;
	const sleepers = new Set<{readonly until: number; wake(): void}>();

	return {
		now: () => now,
		sleep: (ms, signal) =>
			new Promise(resolve => {
				const sleeper = {
					until: now + ms,
					wake() {
						sleepers.delete(sleeper);
						signal.removeEventListener('abort', sleeper.wake);
						resolve();
					},
				};
				sleepers.add(sleeper);
				signal.addEventListener('abort', sleeper.wake, {once: true});
				if (signal.aborted) {
					sleeper.wake();
				}
			}),
		async advance(milliseconds) {
			now += milliseconds;
			for (const sleeper of [...sleepers].toSorted((a, b) => a.until - b.until)) {
				if (sleeper.until <= now) {
					sleeper.wake();
				}
			}

			await turn();
		},
		get sleepers() {
			return sleepers.size;
		},
	};
};

/** Lets everything that is ready run: promises, then one turn of the loop. */
export const turn = (): Promise<void> =>
	new Promise(resolve => {
		setImmediate(() => setImmediate(resolve));
	});
