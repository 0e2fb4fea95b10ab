/** Remembers that a bell rang, so that a ring between two waits is not lost. */
export type Latch = {
	ring(): void;
	/** Resolves at the next ring, or at once when one was not heard yet. */
	rung(): Promise<void>;
};

export const makeLatch = (): Latch => {
	let isRung = false;
	let wake: (() => void) | undefined;
	return {
		ring() {
			isRung = true;
			wake?.();
		},
		rung: () =>
			new Promise(resolve => {
				wake = () => {
					isRung = false;
					wake = undefined;
					resolve();
				};
				if (isRung) {
					wake();
				}
			}),
	};
};
