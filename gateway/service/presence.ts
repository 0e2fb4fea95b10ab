import type {SandboxId} from '../../policies/model/names.ts';

/** Which sandboxes have their proxy on the feed now. In memory only: after a restart nobody is here yet. */
export type Presence = {
	isConnected(id: SandboxId): boolean;
	/**
	Joins; the caller's `end` is called when a newer stream of the same sandbox takes its place or the
	sandbox is removed. Returns the leave, which is true when nobody took the place.
	*/
	join(id: SandboxId, end: () => void): () => boolean;
	/** Ends the sandbox's stream, if it has one. */
	drop(id: SandboxId): void;
	count(): number;
};

export const makePresence = (): Presence => {
	const streams = new Map<SandboxId, () => void>();
	return {
		isConnected: id => streams.has(id),
		join(id, end) {
			// One live proxy per sandbox: the older stream is that proxy's lost connection.
			streams.get(id)?.();
			streams.set(id, end);
			return () => {
				const isLast = streams.get(id) === end;
				if (isLast) {
					streams.delete(id);
				}

				return isLast;
			};
		},
		drop: id => streams.get(id)?.(),
		count: () => streams.size,
	};
};
