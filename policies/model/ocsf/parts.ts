import ipaddr from 'ipaddr.js';
import type {Caller} from '../intent.ts';
import {maxAncestors, maxName} from './limits.ts';
import {type Envelope, type OcsfRecord, present} from './record.ts';
import {bounded, freeText} from './text.ts';

/** The pieces that events of several classes share. */

const names = {proxy: 'OpenShell Proxy', gateway: 'OpenShell Gateway'} as const;
const vendor = 'OpenShell';

/** Which program writes the log. */
export const product = (envelope: Envelope): OcsfRecord => ({
	name: names[envelope.component],
	vendor_name: vendor,
	version: envelope.version,
});

/** The sandbox: the device whose traffic is judged and whose policy changes, also in the gateway's log. */
export const device = (envelope: Envelope): OcsfRecord => ({
	type_id: 99,
	type: 'Sandbox',
	hostname: envelope.sandbox.name,
	os: {type_id: 200, type: 'Linux', name: 'Linux'},
	container: present({uid: envelope.sandbox.id, name: envelope.sandbox.name}),
});

/** The policy document in force; undefined where none was. */
export const policyInForce = ({policy, sandbox}: Envelope): OcsfRecord | undefined =>
	policy && {
		name: sandbox.name,
		uid: `sha256:${policy.hash}`,
		version: String(policy.revision),
		is_applied: true,
	};

/** Where traffic goes: the name that was asked for and, where known, the address dialled or refused. */
export const destination = (host: string, port: number, address?: string): OcsfRecord => {
	const literal = canonicalAddress(host);
	const dialled = address === undefined ? undefined : canonicalAddress(address);
	return present({
		domain: literal === undefined ? freeText(host, maxName) || '-' : undefined,
		ip: dialled ?? literal,
		port,
	});
};

/** Where the client's end is; undefined when it is not an address. */
export const source = (
	client: {readonly address: string; readonly port: number} | undefined,
): OcsfRecord | undefined => {
	const ip = client && canonicalAddress(client.address);
	return client && ip !== undefined ? {ip, port: client.port} : undefined;
};

/** The calling program. OCSF asks for a pid or a uid; where the pid is unknown the path stands in. */
export const callingProcess = (
	caller: Caller | undefined,
	sandbox: string,
): OcsfRecord | undefined =>
	caller && {
		process: present({
			...program(caller.binary),
			pid: caller.pid,
			uid: caller.pid === undefined ? bounded(caller.binary, maxName) : undefined,
			sandbox,
			ancestry:
				caller.ancestors.length > 0
					? caller.ancestors.slice(0, maxAncestors).map(program)
					: undefined,
		}),
	};

function program(binary: string): OcsfRecord {
	return {
		name: bounded(binary.slice(binary.lastIndexOf('/') + 1), maxName),
		path: bounded(binary, maxName),
	};
}

/** Names are told apart before they are parsed: the parser answers each with a costly exception. */
function canonicalAddress(text: string): string | undefined {
	if (/^[\d.]+$/.test(text)) {
		return ipaddr.IPv4.isValidFourPartDecimal(text) ? text : undefined;
	}

	return text.includes(':') && ipaddr.IPv6.isValid(text)
		? ipaddr.IPv6.parse(text.replace(/%.*$/s, '')).toString()
		: undefined;
}
