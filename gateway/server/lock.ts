import {open} from 'node:fs/promises';
import koffi from 'koffi';

/** Held until `release`, or until the process ends in whatever way: there is nothing stale to clean. */
export type Lock = {release(): Promise<void>};

/** Takes an exclusive lock on a file (flock(2)); undefined while somebody else holds it. */
export const takeLock = async (file: string): Promise<Lock | undefined> => {
	const handle = await open(file, 'a', 0o600);
	if (flock(handle.fd, lockExclusive | lockWithoutWaiting) !== 0) {
		await handle.close();
		return undefined;
	}

	return {release: () => handle.close()};
};

const lockExclusive = 2;
const lockWithoutWaiting = 4;

const flock = koffi.load(null).func('int flock(int fd, int operation)');
