import process from 'node:process';

/** Why a server of ours should end. */
export type EndCause = NodeJS.Signals | 'parent gone' | 'idle';

/**
Resolves when this process is told to end: by a signal, or, for a process that lives with the one that
started it, when its standard input is closed because that one is gone.
*/
export function untilToldToEnd({withParent}: {readonly withParent: boolean}): Promise<EndCause> {
	return new Promise(resolve => {
		for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
			process.once(signal, () => resolve(signal));
		}

		if (withParent) {
			process.stdin.once('end', () => resolve('parent gone'));
			process.stdin.once('error', () => resolve('parent gone'));
			process.stdin.resume();
		}
	});
}
