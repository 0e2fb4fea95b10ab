import process from 'node:process';
import type {RunningCommand} from '../sandbox/command.ts';

/** A terminal sends these to the whole foreground group, so the command has them already. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const forwarded: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCONT'];

/**
Passes signals on to the command and keeps them from ending this process, which must outlive it to
clean up. Gives the end of it.
*/
export function forwardSignals(command: RunningCommand): () => void {
	const isInteractive = process.stdin.isTTY === true;
	const listeners = [...fromTerminal, ...forwarded].map(name => {
		const isPassedOn = !(isInteractive && fromTerminal.includes(name));
		const listener = (): void => {
			if (isPassedOn) {
				command.signal(name);
			}
		};
		process.on(name, listener);
		return {name, listener};
	});
	return () => {
		for (const {name, listener} of listeners) {
			process.off(name, listener);
		}
	};
}
