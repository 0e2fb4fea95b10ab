import {randomBytes} from 'node:crypto';
import type {AttachedSandbox} from '../../gateway/client/wire.ts';
import type {ProxyAccess} from '../../sandbox/environment.ts';
import type {Config} from '../config.ts';
import {Failure} from '../failure.ts';
import {writeIdentity} from '../identity.ts';
import {type OwnProcess, startOwnProcess} from '../own-process.ts';
import {sandboxPlaces, writeSecret} from '../places.ts';
import {scrubbed} from '../scrub.ts';
import {readGatewayPlace} from '../start-gateway.ts';

/** What `proxy start --json` says when it is ready. */
export type ProxyReady = {
	readonly address: string;
	readonly port: number;
	readonly ca_file: string;
	readonly bundle_file: string;
};

export type SandboxProxy = {
	readonly process: OwnProcess;
	readonly access: ProxyAccess;
	/** What it said on stderr. */
	readonly startLog: string;
};

/** What of the command line concerns the proxy; files with their whole paths. */
export type ProxyOverrides = {
	readonly connectTo: readonly string[];
	readonly upstreamCa: readonly string[];
	readonly plugins: readonly string[];
};

/**
Starts the sandbox's proxy as a process of its own, with its identity and a token that only programs
of this run learn. Secrets go through files for the owner only, never through arguments.
*/
export async function startSandboxProxy(
	config: Config,
	attached: AttachedSandbox,
	overrides: ProxyOverrides,
): Promise<SandboxProxy> {
	const {name} = attached;
	const places = sandboxPlaces(config.stateDir, name);
	await writeIdentity(places.identity, attached);
	await writeSecret(`${places.identity}/sandbox-id`, attached.id);
	const token = randomBytes(24).toString('base64url');
	await writeSecret(places.tokenFile, token);
	const process = await startOwnProcess({
		argv: [
			...['proxy', 'start', '--json', '--with-parent', '--name', name],
			...['--state-dir', config.stateDir, '--runtime-dir', config.runtimeDir],
			...['--gateway', await sandboxUrl(config), '--token-file', places.tokenFile],
			...overrides.connectTo.flatMap(place => ['--connect-to', place]),
			...overrides.upstreamCa.flatMap(file => ['--upstream-ca', file]),
			...overrides.plugins.flatMap(file => ['--plugin', file]),
			...(config.configFile === undefined ? [] : ['--config', config.configFile]),
		],
		environment: scrubbed(config.environment),
		log: places.startLog,
		life: 'with-us',
	});
	const access = accessOf(name, token, process.ready as ProxyReady);
	return {process, access, startLog: places.startLog};
}

async function sandboxUrl(config: Config): Promise<string> {
	const place = await readGatewayPlace(config);
	if (place === undefined) {
		throw new Failure(
			`The gateway left no address for sandboxes in ${config.runtimeDir}/gateway.json. Start it again.`,
		);
	}

	return place.sandbox_url;
}

const accessOf = (name: string, token: string, ready: ProxyReady): ProxyAccess => ({
	sandbox: name,
	proxyUrl: `http://openshell:${token}@${ready.address}:${ready.port}`,
	caFile: ready.ca_file,
	bundleFile: ready.bundle_file,
});
