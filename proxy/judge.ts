import type {Allow, Deny, Inspect} from '../policies/model/decision.ts';
import type {Caller, ConnectionIntent} from '../policies/model/intent.ts';
import type {PolicyInForce} from '../policies/model/plugin.ts';
import {noPolicy} from './destination.ts';
import type {AskedConnection} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';

/** May this program reach this place at all? The first step of every connection and plain request. */
export type Judged =
	| {
			readonly kind: 'pass';
			readonly decision: Allow | Inspect;
			readonly intent: ConnectionIntent;
			/** What it was decided under; whoever opens it asks again if another is in force by then. */
			readonly under: PolicyInForce;
	  }
	| Denied;

export type Denied = {
	readonly kind: 'deny';
	readonly deny: Deny;
	readonly caller?: Caller;
	readonly intent?: ConnectionIntent;
};

/** Why nothing new is let through while the log cannot be written (decision 33). */
export const unrecorded = 'the log cannot be written, and nothing goes through unrecorded';

/** Caller, policy, then the plugins, who may only object. Nothing is resolved here. */
export const judgeConnection = async (deps: GateDeps, asked: AskedConnection): Promise<Judged> => {
	if (!deps.canRecord()) {
		return {kind: 'deny', deny: deny('log_unwritable', unrecorded)};
	}

	const caller = await deps.callerOf(asked.connection);
	if (!caller.ok) {
		const reason = `failed to resolve peer binary: ${caller.error}`;
		return {kind: 'deny', deny: deny('identity_unknown', reason)};
	}

	const {host, port} = asked;
	const intent = {kind: 'connection', host, port, caller: caller.value} as const;
	const under = deps.policy.current();
	if (under === undefined) {
		return {kind: 'deny', deny: noPolicy, caller: caller.value, intent};
	}

	const decision = deps.law.evaluate(under.compiled, intent);
	switch (decision.kind) {
		case 'deny':
			return {kind: 'deny', deny: decision, caller: caller.value, intent};
		case 'audit':
			throw new Error('a connection is never audited: only requests are');
		case 'allow':
		case 'inspect':
			return objections(deps, {kind: 'pass', decision, intent, under});
	}
};

const objections = async (
	deps: GateDeps,
	judged: Extract<Judged, {kind: 'pass'}>,
): Promise<Judged> => {
	const {intent} = judged;
	const objection = await deps.chain.onConnect(intent);
	return objection === undefined
		? judged
		: {
				kind: 'deny',
				deny: deny('plugin_denied', `${objection.plugin}: ${objection.reason}`),
				caller: intent.caller,
				intent,
			};
};

const deny = (code: Deny['code'], reason: string): Deny => ({
	kind: 'deny',
	layer: 'l4',
	code,
	reason,
});
