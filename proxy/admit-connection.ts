import type {Deny} from '../policies/model/decision.ts';
import {announce, type Connection, openConnection, subjectOf} from './connection-passage.ts';
import {findDestination} from './destination.ts';
import type {AskedConnection, ConnectionAdmission} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import {type Denied, judgeConnection} from './judge.ts';

export type ConnectionStep = {
	readonly admission: ConnectionAdmission;
	/** Absent where the CONNECT itself is refused. */
	readonly connection?: Connection;
};

/** What becomes of a CONNECT or a captured connection. */
export const admitConnection = async (
	deps: GateDeps,
	asked: AskedConnection,
): Promise<ConnectionStep> => {
	const judged = await judgeConnection(deps, asked);
	if (judged.kind === 'deny') {
		return refuse(deps, asked, judged);
	}

	const connection = openConnection(deps, asked, judged);
	const {decision, intent} = judged;
	if (decision.kind === 'allow') {
		const destination = await findDestination(deps, intent).catch(error => {
			connection.passage.closed({in: 0, out: 0});
			throw error;
		});
		if (!destination.ok) {
			return abandon(deps, connection, destination.error);
		}

		connection.destination = {value: destination.value, until: Number.POSITIVE_INFINITY};
	}

	if (!connection.passage.isOpen()) {
		return abandon(deps, connection, changed);
	}

	announce(deps, connection, judged);
	const {passage} = connection;
	return decision.kind === 'inspect'
		? {connection, admission: {kind: 'inspect', passage}}
		: {connection, admission: {kind: 'tunnel', mode: decision.tunnel ?? 'peek', passage}};
};

/** The policy was swapped while the way was being found. */
export const changed: Deny = {
	kind: 'deny',
	layer: 'l4',
	code: 'policy_changed',
	reason: 'the policy changed while the connection was being made; try again',
};

/**
Decision 22: the answer is delivered inside TLS, where the client reads it, unless an endpoint for
the place is `tls: skip`, for whatever binary: what is declared raw is never opened by us.
*/
const refuse = (deps: GateDeps, asked: AskedConnection, denied: Denied): ConnectionStep => {
	const connection = openConnection(deps, asked, denied);
	if (!isDeliveredAtOnce(deps, asked, denied.deny)) {
		return {connection, admission: {kind: 'inspect', passage: connection.passage}};
	}

	connection.isTold = true;
	const answer = deps.record.refused(subjectOf(connection), denied.deny, denied.intent);
	connection.passage.closed({in: 0, out: 0});
	return {admission: {kind: 'refuse', answer}};
};

const isDeliveredAtOnce = (deps: GateDeps, {host, port}: AskedConnection, deny: Deny): boolean => {
	const policy = deps.policy.current();
	return (
		deliveredAtOnce.has(deny.code) ||
		(policy !== undefined &&
			deps.law.endpointsAt(policy.compiled, host, port).some(({tls}) => tls === 'skip'))
	);
};

/** Conditions of the moment: the client does best to try again, so nothing is opened to say so. */
const deliveredAtOnce: ReadonlySet<Deny['code']> = new Set([
	'log_unwritable',
	'name_unresolved',
	'policy_changed',
]);

/** An allowed connection that came to nothing: it is no longer live, and its refusal is. */
const abandon = (deps: GateDeps, connection: Connection, deny: Deny): ConnectionStep => {
	const {asked, standing} = connection;
	const {intent} = standing;
	connection.isTold = true;
	connection.standing = {
		kind: 'deny',
		deny,
		...(intent !== undefined && {intent, caller: intent.caller}),
	};
	connection.passage.closed({in: 0, out: 0});
	return refuse(deps, asked, connection.standing);
};
