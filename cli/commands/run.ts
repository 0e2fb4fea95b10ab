import path from 'node:path';
import type {AttachedSandbox} from '../../gateway/client/wire.ts';
import {type RunningCommand, startCommand} from '../../sandbox/command.ts';
import {sandboxEnvironment} from '../../sandbox/environment.ts';
import {type Line, plain, styled} from '../../tui/present/line.ts';
import {ident} from '../../tui/present/text.ts';
import type {Call, Command} from '../command.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {Failure, messageOf} from '../failure.ts';
import {forwardSignals, type SignalForwarding} from '../forward-signals.ts';
import {readConnectTo} from '../proxy/connect-to.ts';
import {asReviewer} from '../reviewer.ts';
import {attachSandbox, checkSandboxFlags} from '../run/attach.ts';
import {type SandboxProxy, startSandboxProxy} from '../run/proxy-process.ts';
import {ensureGateway} from '../start-gateway.ts';

/** The main job: a command whose network traffic obeys a policy. */
export const run: Command = {
	name: 'run',
	summary: 'Run a command in a sandbox: all its traffic obeys a policy.',
	operands: '[flags] -- <command> [arguments]',
	notes: [
		'Without --policy nothing is allowed; the command learns why, may propose what it needs, and you',
		'decide: openshell rule get. Exits with the code of the command, or 125 where it was not started.',
	],
	flags: {
		name: {type: 'text', value: 'NAME', about: 'of the sandbox; default: one for this directory'},
		policy: {
			type: 'text',
			value: 'FILE',
			about: 'policy to start with; default: nothing is allowed',
		},
		allowUnenforced: {type: 'boolean', about: 'accept that the command could get round the proxy'},
		connectTo: {
			type: 'list',
			value: 'HOST:PORT:ADDRESS:PORT',
			about: 'dial this address for that place',
		},
		upstreamCa: {type: 'text', value: 'FILE', about: 'also trust these authorities upstream'},
		plugin: {type: 'list', value: 'FILE', about: 'load a plugin into the proxy'},
		resume: {type: 'boolean', about: 'take over a sandbox of another directory'},
		replacePolicy: {
			type: 'boolean',
			about: 'start over with --policy where the sandbox had another',
		},
		approvalMode: {type: 'text', value: 'MODE', about: 'manual: a person decides'},
	},
	examples: [
		'openshell run --allow-unenforced -- curl https://api.example.com/',
		'openshell run --allow-unenforced --policy policy.yaml --name work -- npm test',
	],
	run: runCommand,
};

async function runCommand(call: Call): Promise<ExitCode> {
	const prepared = await prepare(call).catch(error => {
		throw notStarted(error);
	});
	const {command, proxy, signals} = prepared;
	void proxy.process.ended.then(how => {
		if (prepared.isRunning) {
			call.output.progress(proxyLost(how, proxy));
		}
	});
	try {
		return await command.ended;
	} finally {
		prepared.isRunning = false;
		await proxy.process.stop();
		signals.end();
	}
}

function notStarted(error: unknown): Failure {
	if (!(error instanceof Failure)) {
		return new Failure(messageOf(error), exitCodes.notStarted);
	}

	return error.code === exitCodes.usage
		? error
		: new Failure(error.message, exitCodes.notStarted, error.list);
}

/** The command goes on, because it may have work to save; nothing it does reaches the network. */
const proxyLost = (how: string, {startLog}: SandboxProxy): Line => [
	styled('warning', `The proxy of this sandbox ended by itself (${how}).`),
	{
		text: ` The command has no network any more: end it and start it again. What the proxy said last: ${ident(startLog)}`,
	},
];

type Prepared = {
	readonly command: RunningCommand;
	readonly proxy: SandboxProxy;
	readonly signals: SignalForwarding;
	isRunning: boolean;
};

async function prepare(call: Call): Promise<Prepared> {
	const {config, flags, rest} = call;
	const [file, ...parameters] = rest ?? [];
	if (file === undefined || call.input.length > 0) {
		throw new Failure('Say what to run after --: openshell run -- curl …', exitCodes.usage);
	}

	checkSandboxFlags(flags);
	flags.list('connectTo').forEach(readConnectTo);
	requireConsent(flags.is('allowUnenforced'));
	await ensureGateway(config);
	const attached = await asReviewer(config, client => attachSandbox(call, client));
	announce(attached, call);
	// The proxy works in another directory.
	const absolute = (file: string): string => path.resolve(config.workdir, file);
	const proxy = await startSandboxProxy(config, attached, {
		connectTo: flags.list('connectTo'),
		upstreamCa: [flags.text('upstreamCa') ?? []].flat().map(absolute),
		plugins: flags.list('plugin').map(absolute),
	});
	const signals = forwardSignals();
	try {
		const environment = sandboxEnvironment(config.environment, proxy.access);
		const command = await startCommand({file, parameters, environment, workdir: config.workdir});
		signals.to(command);
		return {command, proxy, signals, isRunning: true};
	} catch (error) {
		signals.end();
		await proxy.process.stop();
		throw new Failure(`${file} could not be started: ${whyNot(error)}`);
	}
}

/** What the system says names the call, not the cause. */
function whyNot(error: unknown): string {
	const {code} = error as NodeJS.ErrnoException;
	switch (code) {
		case 'ENOENT':
			return 'the program was not found. Check its name, its path and PATH.';
		case 'EACCES':
			return 'it is not a program, or may not be run. See: chmod +x.';
		default:
			return messageOf(error);
	}
}

function requireConsent(isGiven: boolean): void {
	if (!isGiven) {
		throw new Failure(
			'The enforced sandbox (network namespaces) is not built yet, so nothing would keep the command ' +
				'from going round the proxy: it would only be asked to use it. To run it so, knowing that: ' +
				'openshell run --allow-unenforced -- …',
		);
	}
}

/** Said wherever a person looks (decision 39): how strongly the sandbox holds, and what it starts with. */
function announce({name, revision, inherited}: AttachedSandbox, {flags, output}: Call): void {
	const lines: Line[] = [
		[
			styled('strong', `Sandbox ${ident(name)}`),
			{text: ` (policy version ${revision}): `},
			styled(
				'warning',
				'advisory tier, not enforced. A program that ignores its proxy settings is not held.',
			),
		],
		...flags.list('connectTo').map(place => plain(`Overridden: --connect-to ${ident(place)}`)),
		...[flags.text('upstreamCa') ?? []]
			.flat()
			.map(file => plain(`Overridden: --upstream-ca ${ident(file)}`)),
		...inherited.map(line => plain(`Inherited: ${ident(line)}`)),
	];
	for (const line of lines) {
		output.progress(line);
	}
}
