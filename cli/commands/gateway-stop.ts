import process from 'node:process';
import {setTimeout as pause} from 'node:timers/promises';
import {type Call, type Command, jsonFlag} from '../command.ts';
import type {Config} from '../config.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {Failure, usage} from '../failure.ts';
import {lookEveryMs, stopWaitMs} from '../limits.ts';
import {isAnswering, readGatewayPlace} from '../start-gateway.ts';

/** Ends the gateway in an orderly way; sandboxes keep the policy they have. */
export const gatewayStop: Command = {
	name: 'gateway stop',
	summary: 'Stop the gateway; sandboxes keep the policy they have.',
	operands: '',
	flags: jsonFlag,
	examples: ['openshell gateway stop'],
	run: stop,
};

async function stop({config, flags, output}: Call): Promise<ExitCode> {
	if (config.gateway !== undefined) {
		throw usage('Only the gateway of this state can be stopped; leave --gateway away.');
	}

	const pid = await runningPid(config);
	if (pid !== undefined) {
		process.kill(pid, 'SIGTERM');
		await untilGone(config);
	}

	if (flags.is('json')) {
		output.json({stopped: pid !== undefined});
	} else {
		output.text(pid === undefined ? 'No gateway is running.' : 'The gateway is stopped.');
	}

	return exitCodes.done;
}

/** Only of a gateway that answers: a number left in a file may belong to anybody by now. */
async function runningPid(config: Config): Promise<number | undefined> {
	if (!(await isAnswering(config))) {
		return undefined;
	}

	const place = await readGatewayPlace(config);
	if (place === undefined) {
		throw new Failure(`A gateway answers, but ${config.runtimeDir}/gateway.json does not name it.`);
	}

	return place.pid;
}

async function untilGone(config: Config): Promise<void> {
	for (let waited = 0; waited < stopWaitMs; waited += lookEveryMs) {
		if (!(await isAnswering(config))) {
			return;
		}

		await pause(lookEveryMs);
	}

	throw new Failure(
		'The gateway was told to stop and still answers. Try again, or look at its log.',
	);
}
