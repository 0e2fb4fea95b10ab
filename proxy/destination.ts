import {isIP} from 'node:net';
import type {Deny} from '../policies/model/decision.ts';
import type {ConnectionIntent, Intent} from '../policies/model/intent.ts';
import type {PolicyInForce, PolicyPort} from '../policies/model/plugin.ts';
import {err, ok, type Result} from '../policies/model/result.ts';
import {type ConnectTo, findConnectTo} from './connect-to.ts';
import type {Route} from './gate.ts';
import type {Law} from './law.ts';
import type {Resolve} from './resolve.ts';

/** Where an allowed intent is dialled: decided addresses, or why there are none. */
export type Destination = {
	readonly addresses: readonly string[];
	readonly dialPort: number;
	/** By `--connect-to`: the guard has no say. */
	readonly isConnectTo: boolean;
	/** The policy whose guard let it pass; under another one the guard is asked again. */
	readonly under: PolicyInForce;
};

/** Resolved or given, not yet guarded. */
type Candidate = Omit<Destination, 'under'>;

export type DestinationDeps = {
	readonly law: Law;
	readonly policy: PolicyPort;
	readonly resolve: Resolve;
	readonly connectTo: readonly ConnectTo[];
};

/**
Resolves once, then asks the guard; what it lets pass is what is dialled, never the name again.
Call it for an allowed intent only: a denied name is never resolved.
*/
export const findDestination = async (
	deps: DestinationDeps,
	intent: ConnectionIntent,
): Promise<Result<Destination, Deny>> => {
	const {host, port} = intent;
	const override = findConnectTo(deps.connectTo, host, port);
	if (override !== undefined) {
		const {address, dialPort} = override;
		return guardDestination(deps, intent, {addresses: [address], dialPort, isConnectTo: true});
	}

	const resolved = await deps.resolve(host);
	return resolved.ok
		? guardDestination(deps, intent, {
				addresses: resolved.value,
				dialPort: port,
				isConnectTo: false,
			})
		: err({kind: 'deny', layer: 'l4', code: 'name_unresolved', reason: resolved.error});
};

/**
The destination with the guard's canonical addresses, or its refusal. Asked again for what is open
whenever the policy changes, and for each request of a tunnel.
*/
export const guardDestination = (
	{law, policy}: Pick<DestinationDeps, 'law' | 'policy'>,
	intent: ConnectionIntent,
	candidate: Candidate,
): Result<Destination, Deny> => {
	const under = policy.current();
	if (under === undefined) {
		return err(noPolicy);
	}

	if (candidate.isConnectTo) {
		return ok({...candidate, under});
	}

	const guarded = law.guard(under.compiled, intent, candidate.addresses);
	return guarded.ok
		? ok({...candidate, addresses: guarded.value, under})
		: err({kind: 'deny', layer: 'l4', ...guarded.error});
};

/** No policy, no access: fail closed. */
export const noPolicy: Deny = {
	kind: 'deny',
	layer: 'l4',
	code: 'no_policy',
	reason: 'no policy is loaded, so nothing is allowed',
};

/** The pool key keeps one program's upstream connections from another's, and one rule's from another's (X19). */
export const routeTo = (
	{host, port, caller}: Intent,
	{addresses, dialPort}: Destination,
	ground: {readonly scheme: string; readonly rule: string},
): Route => {
	const servername = isIP(host) === 0 ? host : '';
	return {
		host,
		port,
		addresses,
		dialPort,
		servername,
		poolKey: JSON.stringify([
			ground.scheme,
			servername,
			port,
			dialPort,
			addresses,
			caller.binary,
			caller.ancestors,
			ground.rule,
		]),
	};
};
