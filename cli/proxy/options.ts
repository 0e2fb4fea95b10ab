import {readFile} from 'node:fs/promises';
import {isIP} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {parseId, parseSandboxName, type SandboxId} from '../../policies/model/names.ts';
import type {ProxyOptions} from '../../proxy/options.ts';
import type {Config} from '../config.ts';
import {Failure, messageOf, usage} from '../failure.ts';
import type {Flags} from '../flags.ts';
import {defaultSandboxName, type SandboxPlaces, sandboxPlaces} from '../places.ts';
import {readTrustedFile} from '../trusted-file.ts';
import {packageRoot, version} from '../version.ts';
import {readConnectTo} from './connect-to.ts';
import {loadPlugins} from './load-plugins.ts';

/** What `proxy start` was told, read and checked (wire.md §5). */
export async function proxyOptions(config: Config, flags: Flags): Promise<ProxyOptions> {
	const places = placesOf(config, flags);
	const id = await sandboxId(places);
	const policy = flags.text('policy');
	const upstreamCa = flags.text('upstreamCa');
	return {
		sandbox: {
			name: nameOf(config, flags),
			...(id !== undefined && {id}),
			tier: 'advisory',
			skillFile: fileURLToPath(new URL('skills/policy_advisor.md', packageRoot)),
		},
		stateDir: places.directory,
		listen: listenPlace(flags.text('listen') ?? '127.0.0.1:0'),
		token: await proxyToken(flags, config),
		...(policy !== undefined && {policy: await readTrustedFile(policy, config.person)}),
		connectTo: flags.list('connectTo').map(readConnectTo),
		...(upstreamCa !== undefined && {
			upstreamCa: {file: upstreamCa, pem: await certificates(upstreamCa, config)},
		}),
		// Callers are followed up to `run`, which started us and the program alike.
		...(flags.is('withParent') && {rootPid: process.ppid}),
		ownPorts: [portOf(gatewayUrl(flags))].flat(),
		plugins: await loadPlugins(config, flags.list('plugin')),
		pluginConfig: Object.fromEntries(config.plugins),
		version,
	};
}

export function placesOf(config: Config, flags: Flags): SandboxPlaces {
	return sandboxPlaces(config.stateDir, nameOf(config, flags));
}

function nameOf({workdir}: Config, flags: Flags) {
	const name = parseSandboxName(flags.text('name') ?? defaultSandboxName(workdir));
	if (!name.ok) {
		throw usage(`--name: ${name.error}.`);
	}

	return name.value;
}

/** `--gateway` of a proxy is where sandboxes reach it. */
export function gatewayUrl(flags: Flags): URL | undefined {
	const text = flags.text('gateway');
	if (text === undefined) {
		return undefined;
	}

	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url?.protocol !== 'https:' || url.port === '') {
		throw usage(`--gateway takes https://host:port, not '${text}'.`);
	}

	return url;
}

const portOf = (url: URL | undefined): number[] => (url === undefined ? [] : [Number(url.port)]);

async function sandboxId({identity}: SandboxPlaces): Promise<SandboxId | undefined> {
	const text = await readFile(path.join(identity, 'sandbox-id'), 'utf8').catch(() => '');
	const id = parseId('sandbox', text);
	return id.ok ? id.value : undefined;
}

/** Loopback only: the token crosses this port in clear text. */
function listenPlace(text: string): ProxyOptions['listen'] {
	const parts = /^(?<host>\[::1\]|[^:]+):(?<port>\d{1,5})$/.exec(text)?.groups;
	const host = (parts?.['host'] ?? '').replaceAll(/[[\]]/g, '');
	const port = Number(parts?.['port']);
	if (isIP(host) === 0 || !Number.isInteger(port) || port > 65_535) {
		throw usage(`--listen takes address:port, not '${text}'.`);
	}

	if (!host.startsWith('127.') && host !== '::1') {
		throw usage(
			`--listen ${text}: clients send their token in clear text, so the proxy listens on loopback only.`,
		);
	}

	return {host, port};
}

async function proxyToken(flags: Flags, {person}: Config): Promise<string> {
	const file = flags.text('tokenFile');
	if (file === undefined) {
		throw usage('--token-file is missing: without a token every web page could use the proxy.');
	}

	const token = (await readTrustedFile(file, person)).trim();
	if (token.length < minTokenLength) {
		throw new Failure(
			`${file} holds no token; write at least ${minTokenLength} random characters.`,
		);
	}

	return token;
}

/** 22 characters of base64 are 128 random bits. */
const minTokenLength = 22;

async function certificates(file: string, {person}: Config): Promise<string> {
	const pem = await readTrustedFile(file, person).catch(error => {
		throw new Failure(`--upstream-ca: ${messageOf(error)}`);
	});
	if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
		throw new Failure(`--upstream-ca: ${file} holds no certificate in PEM.`);
	}

	return pem;
}
