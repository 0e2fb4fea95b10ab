import type {Clock} from '../policies/model/plugin.ts';

/** The real time. */
export const systemClock: Clock = {
	now: Date.now,
	sleep: (ms, signal) =>
		new Promise(resolve => {
			const timer = setTimeout(resolve, ms);
			const wake = (): void => {
				clearTimeout(timer);
				resolve();
			};
			if (signal.aborted) {
				wake();
			} else {
				signal.addEventListener('abort', wake, {once: true});
			}
		}),
};
