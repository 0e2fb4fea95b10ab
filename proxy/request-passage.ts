import type {Allow, Audit} from '../policies/model/decision.ts';
import type {ConnectionIntent, RequestIntent} from '../policies/model/intent.ts';
import type {PolicyInForce} from '../policies/model/plugin.ts';
import {type Destination, guardDestination, routeTo} from './destination.ts';
import {answeredEvent, tlsFailedEvent} from './events.ts';
import type {Passage} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import {makeRevocable} from './revocable.ts';
import type {RequestSubject, Subject} from './subject.ts';

/** One request that policy lets pass, from here to the end of its answer. */
export type AllowedRequest = {
	readonly subject: Subject & {readonly request: RequestSubject};
	readonly intent: RequestIntent;
	readonly place: ConnectionIntent;
	readonly decision: Allow | Audit;
	readonly destination: Destination;
	/** What it was decided under. */
	readonly under: PolicyInForce;
};

/** Live until its answer has been carried back; a running body is cut if its request would now be denied (decision 10). */
export const openRequest = (deps: GateDeps, allowed: AllowedRequest): Passage => {
	const {subject, intent, decision, under} = allowed;
	const startedAt = deps.now();
	const live = makeRevocable(deps, policy => reconsider(deps, allowed, policy));
	let isAccounted = false;
	const account = (status: number): void => {
		if (!isAccounted) {
			isAccounted = true;
			const at = deps.now();
			deps.chain.tell(answeredEvent(subject, at, decision, {status, latencyMs: at - startedAt}));
		}
	};

	live.confirm(under);
	return {
		route: routeTo(intent, allowed.destination, {scheme: intent.scheme, rule: decision.rule}),
		isOpen: live.isOpen,
		onRevoked: live.onRevoked,
		first: () => undefined,
		answered: account,
		failed(code, error) {
			isAccounted = true;
			if (code === 'upstream_tls') {
				deps.chain.tell(tlsFailedEvent(subject, deps.now(), 'upstream', error));
			}

			return deps.record.refused(subject, {kind: 'deny', layer: 'l7', code, reason: error}, intent);
		},
		clientTlsFailed: () => undefined,
		closed() {
			if (live.end()) {
				// Sent, but no answer came: it must not be missing from the record.
				account(0);
			}
		},
	};
};

const reconsider = (
	deps: GateDeps,
	{intent, place, destination}: AllowedRequest,
	policy: PolicyInForce,
): string | undefined => {
	const {kind} = deps.law.evaluate(policy.compiled, intent);
	const isStillAllowed =
		(kind === 'allow' || kind === 'audit') && guardDestination(deps, place, destination).ok;
	return isStillAllowed ? undefined : 'the policy no longer allows the request';
};
