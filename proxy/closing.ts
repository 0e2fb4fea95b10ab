/** What must be undone, last opened first. */
export type Closing = {
	add(close: () => Promise<void> | void): void;
	/** Undoes everything once, also when some of it fails; the first failure is thrown at the end. */
	run(): Promise<void>;
};

export const makeClosing = (): Closing => {
	const closers: (() => Promise<void> | void)[] = [];
	return {
		add(close) {
			closers.push(close);
		},
		async run() {
			const failures: unknown[] = [];
			for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
				try {
					await close();
				} catch (error) {
					failures.push(error);
				}
			}

			if (failures.length > 0) {
				throw failures[0];
			}
		},
	};
};
