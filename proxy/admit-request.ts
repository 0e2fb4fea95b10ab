import type {Allow, Audit, Deny} from '../policies/model/decision.ts';
import type {ConnectionIntent, RequestIntent} from '../policies/model/intent.ts';
import type {PolicyInForce, RequestHead} from '../policies/model/plugin.ts';
import {err, ok, type Result} from '../policies/model/result.ts';
import {changed} from './admit-connection.ts';
import type {Connection} from './connection-passage.ts';
import {type Destination, findDestination, guardDestination, noPolicy} from './destination.ts';
import type {AskedRequest, RequestAdmission} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import {destinationCacheMs} from './gate-limits.ts';
import {type RequestFacts, readRequest, upstreamHead} from './intent/request.ts';
import {openRequest} from './request-passage.ts';
import {malformedSubject, requestSubject} from './request-subject.ts';
import {standingOf} from './standing.ts';
import {servedAs, wrongScheme} from './virtual-host.ts';

/** What becomes of one request. `connection` is the tunnel it arrived in; undefined on the plain listener. */
export const admitRequest = async (
	deps: GateDeps,
	asked: AskedRequest,
	connection: Connection | undefined,
): Promise<RequestAdmission> => {
	const {head} = asked.exchange;
	const read = readRequest(head, asked.tunnel, ({host, port}) => {
		const policy = deps.policy.current();
		return (
			policy !== undefined &&
			deps.law.endpointsAt(policy.compiled, host, port).some(each => each.allow_encoded_slash)
		);
	});
	const virtual = virtualHost(deps, asked, read);
	if (virtual !== undefined) {
		return virtual;
	}

	if (!read.ok) {
		const {code, reason} = read.error;
		const subject = malformedSubject(asked, read.error);
		return answer(deps, subject, {kind: 'deny', layer: 'l7', code, reason}, undefined);
	}

	return decide(deps, asked, read.value, connection);
};

/** `policy.local` and its like exist on the plain listener only; inside a tunnel they are a host like any other. */
const virtualHost = (
	deps: GateDeps,
	asked: AskedRequest,
	read: ReturnType<typeof readRequest>,
): RequestAdmission | undefined => {
	const {host, port} = read.ok ? read.value : read.error;
	const served =
		asked.tunnel === undefined && host !== undefined ? deps.chain.virtualHost(host) : undefined;
	if (served === undefined) {
		return undefined;
	}

	const isWrongScheme = read.ok
		? port !== 80
		: ['https_absolute_form', 'unsupported_scheme'].includes(read.error.code);
	if (isWrongScheme) {
		return {kind: 'refuse', answer: wrongScheme(served.host)};
	}

	return read.ok ? {kind: 'serve', host: servedAs(served, read.value.target)} : undefined;
};

const decide = async (
	deps: GateDeps,
	asked: AskedRequest,
	facts: RequestFacts,
	connection: Connection | undefined,
): Promise<RequestAdmission> => {
	const standing = await standingOf(deps, asked, facts, connection);
	const subject = requestSubject(asked, facts, standing.intent?.caller);
	if (standing.kind === 'deny') {
		const intent = standing.intent && requestIntent(facts, standing.intent);
		return answer(deps, subject, standing.deny, intent);
	}

	const place = standing.intent;
	const intent = requestIntent(facts, place);
	const decided = await decideRequest(deps, intent, asked.exchange.head);
	if (!decided.ok) {
		return answer(deps, subject, decided.error, intent);
	}

	const destination = await destinationOf(deps, place, connection);
	if (!destination.ok) {
		return answer(deps, subject, destination.error, intent);
	}

	const {decision, under} = decided.value;
	const {addresses, isConnectTo} = destination.value;
	const [address] = addresses;
	const whole = {
		...subject,
		...(address !== undefined && {address}),
		...(isConnectTo && {isConnectTo}),
	};
	const head = await deps.chain.onForward(intent, upstreamHead(asked.exchange.head, facts));
	const passage = openRequest(deps, {
		subject: whole,
		intent,
		place,
		decision,
		destination: destination.value,
		under,
	});
	if (!passage.isOpen()) {
		return answer(deps, whole, changed, intent);
	}

	deps.record.allowed(intent, decision);
	return {kind: 'forward', passage, head};
};

const requestIntent = (facts: RequestFacts, {caller}: ConnectionIntent): RequestIntent => {
	const {target, ...asked} = facts;
	return {kind: 'request', ...asked, caller};
};

type Decided = {readonly decision: Allow | Audit; readonly under: PolicyInForce};

/** The law, then the plugins, who may only object. */
const decideRequest = async (
	deps: GateDeps,
	intent: RequestIntent,
	head: RequestHead,
): Promise<Result<Decided, Deny>> => {
	const under = deps.policy.current();
	if (under === undefined) {
		return err(noPolicy);
	}

	const decision = deps.law.evaluate(under.compiled, intent);
	if (decision.kind === 'deny') {
		return err(decision);
	}

	if (decision.kind === 'inspect') {
		throw new Error('a request is never answered with inspect: only connections are');
	}

	const objection = await deps.chain.onRequest(intent, head);
	return objection === undefined
		? ok({decision, under})
		: err({
				kind: 'deny',
				layer: 'l7',
				code: 'plugin_denied',
				reason: `${objection.plugin}: ${objection.reason}`,
			});
};

/** Requests of one connection share its look-up for a while, and under one policy its guard's answer. */
const destinationOf = async (
	deps: GateDeps,
	place: ConnectionIntent,
	connection: Connection | undefined,
): Promise<Result<Destination, Deny>> => {
	const kept = connection?.destination;
	const isFresh = kept !== undefined && deps.now() < kept.until;
	if (isFresh && kept.value.under === deps.policy.current()) {
		return ok(kept.value);
	}

	const found = isFresh
		? guardDestination(deps, place, kept.value)
		: await findDestination(deps, place);
	if (found.ok && connection !== undefined) {
		const until = isFresh ? kept.until : deps.now() + destinationCacheMs;
		connection.destination = {value: found.value, until};
	}

	return found;
};

const answer = (
	deps: GateDeps,
	subject: Parameters<GateDeps['record']['refused']>[0],
	deny: Deny,
	intent: RequestIntent | undefined,
): RequestAdmission => ({kind: 'refuse', answer: deps.record.refused(subject, deny, intent)});
