import {randomBytes} from 'node:crypto';
import {userInfo} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
	GatewayAlreadyRunning,
	type GatewayDeps,
	type GatewayOptions,
	startGateway,
} from '../../gateway/server/start.ts';
import {builtInWords} from '../../plugins/words.ts';
import {systemClock} from '../clock.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import type {Config} from '../config.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {Failure, messageOf} from '../failure.ts';
import {type GatewayRecord, openGatewayRecord} from '../gateway-record.ts';
import {checkSocketPath, privateFolder} from '../places.ts';
import {isDangerous} from '../scrub.ts';
import {type EndCause, untilToldToEnd} from '../serve-until.ts';
import {startAgainScrubbed} from '../start-again.ts';
import {type GatewayReady, startDetachedGateway} from '../start-gateway.ts';
import {version} from '../version.ts';

/** The office: keeps policies, proposals and rulings of all sandboxes of this user. */
export const gatewayStart: Command = {
	name: 'gateway start',
	summary: 'Start the gateway, which keeps proposals and rulings.',
	operands: '',
	notes: ['`openshell run` starts one by itself where none is running.'],
	flags: {
		detached: {type: 'boolean', about: 'in the background; ends by itself when nobody needs it'},
		withParent: {type: 'boolean', about: 'end when standard input is closed'},
		...jsonFlag,
	},
	examples: ['openshell gateway start', 'openshell gateway start --detached'],
	run: call => (call.flags.is('detached') ? detach(call) : serve(call)),
};

async function detach({config, flags, output}: Call): Promise<ExitCode> {
	const pid = await startDetachedGateway(config);
	if (flags.is('json')) {
		output.json({pid});
	} else {
		output.text(`The gateway is running (pid ${pid}).`);
	}

	return exitCodes.done;
}

async function serve(call: Call): Promise<ExitCode> {
	const {argv, config, flags} = call;
	if (isDangerous(config.environment)) {
		return startAgainScrubbed(argv, config);
	}

	const options = gatewayOptions(config);
	const folder = path.join(options.stateDirectory, 'logs');
	await privateFolder(folder);
	const record = openGatewayRecord({folder, version, clock: systemClock});
	try {
		return await serveUntilTold(call, options, record);
	} catch (error) {
		if (error instanceof GatewayAlreadyRunning && flags.is('json')) {
			call.output.json({already_running: true} satisfies GatewayReady);
			return exitCodes.done;
		}

		throw new Failure(`The gateway did not start: ${messageOf(error)}`);
	} finally {
		await record.close();
	}
}

async function serveUntilTold(
	{config, flags, output}: Call,
	options: GatewayOptions,
	record: GatewayRecord,
): Promise<ExitCode> {
	let onIdle: (() => void) | undefined;
	const idle = new Promise<EndCause>(resolve => {
		onIdle = () => resolve('idle');
	});
	const running = await startGateway(options, {
		...deps(config, record.append),
		onFault: error => output.progress(`gateway: ${messageOf(error)}`),
		// Only a gateway that somebody else started in passing ends by itself.
		...(flags.is('json') && !flags.is('withParent') && {onIdle: () => onIdle?.()}),
	});
	const ready = {pid: process.pid, socket: running.socketPath, sandbox_url: running.sandboxUrl};
	if (flags.is('json')) {
		output.json(ready);
	} else {
		const {socket, sandbox_url: url} = ready;
		output.text(`The gateway is running: reviewers at ${socket}, sandboxes at ${url}.`);
	}

	await Promise.race([untilToldToEnd({withParent: flags.is('withParent')}), idle]);
	await running.close();
	return exitCodes.done;
}

function gatewayOptions({stateDir, runtimeDir}: Config): GatewayOptions {
	checkSocketPath(path.join(runtimeDir, 'gateway.sock'));
	return {
		stateDirectory: path.join(stateDir, 'gateway'),
		runtimeDirectory: runtimeDir,
		version,
	};
}

const deps = (
	{person}: Config,
	append: GatewayDeps['append'],
): Omit<GatewayDeps, 'onFault' | 'onIdle'> => ({
	now: Date.now,
	random: randomBytes,
	pid: process.pid,
	uid: person.uid,
	userName: userInfo().username,
	words: builtInWords,
	append,
});
