import process from 'node:process';

/** Why a server of ours should end. */
export type EndCause = NodeJS.Signals | 'parent gone' | 'idle';

const endSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
Resolves when this process is told to end: by a signal, or, for a process that lives with the one that
started it, when its standard input is closed because that one is gone. A second signal ends it at once.
*/
export function untilToldToEnd({withParent}: {readonly withParent: boolean}): Promise<EndCause> {
	return new Promise(resolve => {
		const end = (cause: EndCause): void => {
			for (const signal of endSignals) {
				process.removeAllListeners(signal);
			}

			// An open pipe would keep the process alive after all its work is done.
			process.stdin.destroy();
			resolve(cause);
		};
		for (const signal of endSignals) {
			process.once(signal, () => end(signal));
		}

		if (withParent) {
			process.stdin.once('end', () => end('parent gone'));
			process.stdin.once('error', () => end('parent gone'));
			process.stdin.resume();
		}
	});
}
