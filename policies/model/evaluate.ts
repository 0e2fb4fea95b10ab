import type {DenialCode} from './codes.ts';
import {entriesAt} from './compile/places.ts';
import type {CompiledEndpoint, CompiledPolicy} from './compile.ts';
import type {Decision, Deny} from './decision.ts';
import {judge} from './evaluate/judge.ts';
import * as reasons from './evaluate/reasons.ts';
import type {ConnectionIntent, Intent, RequestIntent} from './intent.ts';
import type {RuleKey} from './names.ts';

/**
The whole meaning of a policy: what it answers to an intent (contract §1.7 and §1.8, decisions
3, 4 and 6). Pure, total and closed: what no row allows is denied. The prover shares it.
*/
export const evaluate = (compiled: CompiledPolicy, intent: Intent): Decision => {
	const named = entriesAt(compiled.places, intent.host, intent.port);
	const mine = named.filter(({rule}) => rule.binaries.holds(intent.caller));
	const [first] = mine;

	// An empty policy allows nothing.
	if (compiled.policy.network_policies.size === 0) {
		return deny('l4', 'no_endpoint', reasons.emptyPolicy);
	}

	// A place that no endpoint names is closed to everyone.
	if (named.length === 0) {
		return deny('l4', 'no_endpoint', reasons.noEndpoint(intent));
	}

	// A rule speaks only for its binaries: the executable, or one of its ancestors.
	if (!first) {
		return deny('l4', 'binary_not_allowed', reasons.binaryNotAllowed(named, intent));
	}

	return intent.kind === 'connection'
		? decideConnection(mine, first.rule.key, intent)
		: decideRequest(mine, first.rule.key, intent);
};

/** Somebody allows the place; how far may this connection be left alone? */
const decideConnection = (mine: Entries, rule: RuleKey, intent: ConnectionIntent): Decision => {
	const because = reasons.placeIn(intent, rule);

	// One inspected endpoint is enough to look at each request, whatever the others say.
	if (mine.some(isInspected)) {
		return {kind: 'inspect', layer: 'l4', rule, because};
	}

	// A raw tunnel needs every endpoint to say `tls: skip`; otherwise the first bytes are peeked.
	const tunnel = isRaw(mine) ? 'raw' : 'peek';
	return {kind: 'allow', layer: 'l4', rule, tunnel, because};
};

/** Somebody allows the place; may this request pass? */
const decideRequest = (mine: Entries, rule: RuleKey, intent: RequestIntent): Decision => {
	const inspected = mine.filter(isInspected);

	// A raw tunnel carries bytes, not requests.
	if (isRaw(mine)) {
		return deny('l4', 'raw_tunnel_only', reasons.rawTunnelOnly(intent), rule);
	}

	// No word of ours reads what follows an upgrade, so none begins, not even under audit.
	if (intent.upgrade !== undefined) {
		return deny('l7', 'upgrade_not_allowed', reasons.upgrade(intent), rule);
	}

	// Where nothing is inspected, the place is all that was asked for.
	if (inspected.length === 0) {
		const because = reasons.placeIn(intent, rule);
		return {kind: 'allow', layer: 'l4', rule, tunnel: 'peek', because};
	}

	// Only endpoints whose path covers the request have a say.
	const inScope = inspected.filter(({scope}) => scope.test(intent.path));
	return inScope.length === 0
		? deny('l7', 'no_endpoint_path', reasons.noEndpointPath(inspected, intent), rule)
		: decideInScope(inScope, rule, intent);
};

/** What the rules of the endpoints in scope say; deny rules count before allow rules. */
const decideInScope = (inScope: Entries, rule: RuleKey, intent: RequestIntent): Decision => {
	const judgement = judge(inScope, intent);
	const {word} = judgement;
	switch (judgement.kind) {
		// One allow rule matches, and no deny rule of any endpoint in scope.
		case 'allowed':
			return {kind: 'allow', layer: 'l7', rule, word, because: judgement.because};

		// Audit lets pass what a rule refuses only if every endpoint in scope says audit.
		case 'refused': {
			const {code, reason} = judgement;
			const isAudit = inScope.every(({endpoint}) => endpoint.enforcement === 'audit');
			return isAudit
				? {kind: 'audit', layer: 'l7', rule, word, code, reason}
				: {...deny('l7', code, reason, rule), word};
		}

		// What a word could not read, or may not be sent in this form, is denied even under audit.
		case 'forbidden':
			return {...deny('l7', judgement.code, judgement.reason, rule), word};
	}
};

type Entries = readonly CompiledEndpoint[];

const isInspected = (entry: CompiledEndpoint): boolean => entry.isInspected;

const isRaw = (mine: Entries): boolean =>
	mine.every(({isInspected, endpoint}) => !isInspected && endpoint.tls === 'skip');

const deny = (layer: 'l4' | 'l7', code: DenialCode, reason: string, rule?: RuleKey): Deny => ({
	kind: 'deny',
	layer,
	code,
	reason,
	...(rule === undefined ? {} : {rule}),
});
