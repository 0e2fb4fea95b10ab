/**
Runs `step` when asked, never twice at once: again if it was asked meanwhile, and after a pause as
long as the step says that it is not done (false) or throws. Ends with the signal.
*/
export const makeRepeat = (deps: {
	step(): Promise<boolean>;
	pause(signal: AbortSignal): Promise<void>;
	readonly signal: AbortSignal;
}): {ask(): void; idle(): Promise<void>} => {
	let isDue = false;
	let running: Promise<void> | undefined;

	const run = async (): Promise<void> => {
		while (isDue && !deps.signal.aborted) {
			isDue = false;
			if (!(await deps.step().catch(() => false))) {
				isDue = true;
				await deps.pause(deps.signal);
			}
		}

		running = undefined;
	};

	return {
		ask() {
			isDue = true;
			running ??= run();
		},
		/** Resolves when no step runs. */
		idle: async () => running,
	};
};
