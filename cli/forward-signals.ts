import process from 'node:process';
import type {RunningCommand} from '../sandbox/command.ts';

/** A terminal sends these to the whole foreground group, so the command has them already. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const forwarded: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGCONT'];

export type SignalForwarding = {
	/** The command is running now: what came meanwhile is passed on, and all that comes. */
	to(command: RunningCommand): void;
	end(): void;
};

/**
Keeps signals from ending this process, which must outlive the command to clean up, and passes them
on. Begin before the command is started: a signal in between must not be lost.
*/
export function forwardSignals(): SignalForwarding {
	const isInteractive = process.stdin.isTTY === true;
	const waiting: NodeJS.Signals[] = [];
	let running: RunningCommand | undefined;
	const pass = (name: NodeJS.Signals): void => {
		if (running === undefined) {
			waiting.push(name);
		} else if (!(isInteractive && fromTerminal.includes(name))) {
			running.signal(name);
		}
	};
	const names = [...fromTerminal, ...forwarded];
	for (const name of names) {
		process.on(name, pass);
	}

	return {
		to(command) {
			running = command;
			for (const name of waiting.splice(0)) {
				command.signal(name);
			}
		},
		end() {
			for (const name of names) {
				process.off(name, pass);
			}
		},
	};
}
