import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {monotonicFactory} from 'ulid';
import {type RunningProxy, startProxy} from '../../proxy/start.ts';
import {systemClock} from '../clock.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {privateFolder} from '../places.ts';
import {sandboxGateway} from '../proxy/gateway.ts';
import {gatewayUrl, placesOf, proxyOptions} from '../proxy/options.ts';
import {isDangerous} from '../scrub.ts';
import {untilToldToEnd} from '../serve-until.ts';
import {startAgainScrubbed} from '../start-again.ts';

/** One sandbox's gate to the network, in a process of its own. */
export const proxyStart: Command = {
	name: 'proxy start',
	summary: 'Start the proxy of one sandbox.',
	operands: '--token-file <file> …',
	notes: [
		'`openshell run` starts one by itself. By hand: with --policy it enforces that file; with --gateway',
		'what the gateway says. Clients use http://openshell:<token>@address:port as their proxy.',
	],
	flags: {
		name: {type: 'text', value: 'NAME', about: 'of the sandbox; default: one for this directory'},
		policy: {type: 'text', value: 'FILE', about: 'in force without a gateway, or until it answers'},
		listen: {
			type: 'text',
			value: 'ADDRESS:PORT',
			about: 'on loopback; default: 127.0.0.1 and a free port',
		},
		tokenFile: {type: 'text', value: 'FILE', about: 'holds the token that clients must send'},
		connectTo: {
			type: 'list',
			value: 'HOST:PORT:ADDRESS:PORT',
			about: 'dial this address for that place',
		},
		upstreamCa: {type: 'text', value: 'FILE', about: 'also trust these authorities upstream'},
		plugin: {type: 'list', value: 'FILE', about: 'load a plugin'},
		withParent: {type: 'boolean', about: 'end when standard input is closed'},
		...jsonFlag,
	},
	examples: [
		'openshell proxy start --name work --policy policy.yaml --token-file token',
		'openshell proxy start --name work --gateway https://127.0.0.1:4433 --token-file token --json',
	],
	run,
};

async function run(call: Call): Promise<ExitCode> {
	const {argv, config, flags} = call;
	if (isDangerous(config.environment)) {
		return startAgainScrubbed(argv, config);
	}

	const options = await proxyOptions(config, flags);
	const places = placesOf(config, flags);
	await privateFolder(places.directory);
	const url = gatewayUrl(flags);
	const link = url === undefined ? undefined : await sandboxGateway(url, places);
	const proxy = await startProxy(options, {
		...link,
		clock: systemClock,
		monotonic: () => performance.now(),
		random: Math.random,
		randomBytes,
		newId: monotonicFactory(() => randomBytes(1).readUInt8() / 256),
	});
	sayReady(call, proxy);
	const cause = await untilToldToEnd({withParent: flags.is('withParent')});
	await proxy.close(cause);
	link?.gateway.close();
	return exitCodes.done;
}

function sayReady({config, flags, output}: Call, {address, port}: RunningProxy): void {
	const {caFile, bundleFile} = placesOf(config, flags);
	if (flags.is('json')) {
		output.json({pid: process.pid, address, port, ca_file: caFile, bundle_file: bundleFile});
		return;
	}

	output.text(`The proxy listens on ${address}:${port}; clients trust ${caFile}.`);
	for (const override of [...flags.list('connectTo'), ...[flags.text('upstreamCa') ?? []].flat()]) {
		output.progress([{text: `Overridden on the command line: ${override}`, style: 'warning'}]);
	}
}
