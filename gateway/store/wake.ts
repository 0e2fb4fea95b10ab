import type {Store} from './open.ts';

/** Tells one waiter about commits; none is lost between two waits. */
export type Wake = {
	/** True after a commit, false when `ms` passed or the signal fired first. */
	next(ms: number, signal?: AbortSignal): Promise<boolean>;
	end(): void;
};

export const makeWake = (store: Pick<Store, 'onCommit'>): Wake => {
	let isDue = false;
	let notify: (() => void) | undefined;
	const end = store.onCommit(() => {
		isDue = true;
		notify?.();
	});
	return {
		end,
		next: (ms, signal) =>
			new Promise(resolve => {
				const finish = (): void => {
					clearTimeout(timer);
					signal?.removeEventListener('abort', finish);
					notify = undefined;
					resolve(isDue);
					isDue = false;
				};
				const timer = setTimeout(finish, ms);
				notify = finish;
				signal?.addEventListener('abort', finish);
				if (isDue || signal?.aborted === true) {
					finish();
				}
			}),
	};
};
