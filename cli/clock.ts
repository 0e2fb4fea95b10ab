import type {Clock} from '../policies/model/plugin.ts';

/** The real time. */
export const systemClock: Clock = {
	now: Date.now,
	sleep: (ms, signal) =>
		new Promise(resolve => {
			// Whoever sleeps often under one signal must not leave a listener behind each time.
			const wake = (): void => {
				clearTimeout(timer);
				signal.removeEventListener('abort', wake);
				resolve();
			};
			const timer = setTimeout(wake, ms);
			if (signal.aborted) {
				wake();
			} else {
				signal.addEventListener('abort', wake, {once: true});
			}
		}),
};
