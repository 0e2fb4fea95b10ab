/** Notices that nobody needs the gateway any more. */
export type Idle = {
	/** Somebody asked something. */
	touch(): void;
	end(): void;
};

/** Calls `onIdle` once when nobody was there and nobody asked for `afterMs`. */
export const watchIdle = (
	{afterMs, isBusy}: {readonly afterMs: number; isBusy(): boolean},
	onIdle: () => void,
): Idle => {
	const timer = setTimeout(() => {
		if (isBusy()) {
			timer.refresh();
			return;
		}

		onIdle();
	}, afterMs);
	timer.unref();
	return {touch: () => timer.refresh(), end: () => clearTimeout(timer)};
};
