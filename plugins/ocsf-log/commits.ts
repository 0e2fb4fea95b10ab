/** Callers that wait until their line is on the disk; all that wait share one `fdatasync`. */
export type Commits = {
	/** Resolves when everything up to `offset` is durable. */
	wait(offset: number): Promise<void>;
	/** Call after each write: syncs when somebody waits for what has been written. */
	written(offset: number, descriptor: number): void;
	/** Nobody waits any longer: every commit fails with `error`. */
	fail(error: Error): void;
	readonly waiting: number;
	/** Resolves when no sync is under way. */
	idle(): Promise<void>;
};

type Waiter = {
	readonly offset: number;
	resolve(): void;
	reject(error: Error): void;
};

type Sync = (descriptor: number, done: (error: Error | null) => void) => void;

/**
Group commit. The sync runs in the thread pool while writing goes on. A failed `fdatasync` may
have dropped the pages, and a second one would then lie, so it is never repeated: the commits
fail and `onFailure` must open a new file.
*/
export const makeCommits = (fdatasync: Sync, onFailure: (error: Error) => void): Commits => {
	let waiters: Waiter[] = [];
	let running: Promise<void> | undefined;
	let last = {offset: 0, descriptor: -1};

	const start = (): void => {
		const {offset, descriptor} = last;
		const group = waiters.filter(waiter => waiter.offset <= offset);
		if (running !== undefined || group.length === 0) {
			return;
		}

		waiters = waiters.filter(waiter => waiter.offset > offset);
		running = new Promise(resolve => {
			fdatasync(descriptor, error => {
				running = undefined;
				settle(group, error);
				if (error !== null) {
					onFailure(error);
				}

				resolve();
				start();
			});
		});
	};

	return {
		wait: offset =>
			new Promise((resolve, reject) => {
				waiters.push({offset, resolve, reject});
			}),
		written(offset, descriptor) {
			last = {offset, descriptor};
			start();
		},
		fail(error) {
			settle(waiters.splice(0), error);
		},
		get waiting() {
			return waiters.length;
		},
		async idle() {
			while (running !== undefined) {
				await running;
			}
		},
	};
};

function settle(group: readonly Waiter[], error: Error | null): void {
	for (const waiter of group) {
		if (error === null) {
			waiter.resolve();
		} else {
			waiter.reject(error);
		}
	}
}
