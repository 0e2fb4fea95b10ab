import process from 'node:process';
import {startCommand} from '../sandbox/command.ts';
import type {Config} from './config.ts';
import {forwardSignals} from './forward-signals.ts';
import {mainFile} from './own-process.ts';
import {scrubbed} from './scrub.ts';

/** Runs the same command line once more, in a process that was born without dangerous variables (X18). */
export async function startAgainScrubbed(
	argv: readonly string[],
	{environment, workdir}: Config,
): Promise<number> {
	const signals = forwardSignals();
	try {
		const command = await startCommand({
			file: process.execPath,
			parameters: [mainFile, ...argv],
			environment: scrubbed(environment),
			workdir,
		});
		signals.to(command);
		return await command.ended;
	} finally {
		signals.end();
	}
}
