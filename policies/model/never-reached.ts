import {parseAddress} from './address.ts';
import {classifyAddress} from './address-class.ts';
import type {DenialCode} from './codes.ts';

export type GuardError = {readonly code: DenialCode; readonly reason: string};

type Place = {readonly host: string; readonly port: number};

/**
Why no rule can ever open this place, so that nobody proposes or approves one in vain: control
planes, metadata services, this machine by name, and always-blocked addresses. Undefined: a rule
may open it, and the guard still looks at every address.
*/
export const neverReached = ({host, port}: Place): GuardError | undefined => {
	const address = parseAddress(host);
	const isBlocked = address.ok && classifyAddress(address.value) === 'always-blocked';
	return (
		closedPlace({host, port}) ??
		(isBlocked || host === 'localhost' || host.endsWith('.localhost')
			? {code: 'address_blocked', reason: `${host} is an always-blocked address`}
			: undefined)
	);
};

/** The places that are closed whatever their name resolves to. */
export const closedPlace = ({host, port}: Place): GuardError | undefined => {
	if (controlPlanePorts.has(port)) {
		const reason = `port ${port} is a blocked control-plane port, connection rejected`;
		return {code: 'port_blocked', reason};
	}

	return metadataHosts.has(host)
		? {code: 'address_blocked', reason: `${host} is a metadata service, connection rejected`}
		: undefined;
};

/** etcd, the Kubernetes API server and the kubelet. */
const controlPlanePorts: ReadonlySet<number> = new Set([2379, 2380, 6443, 10250, 10255]);

const metadataHosts: ReadonlySet<string> = new Set(['metadata.google.internal']);
