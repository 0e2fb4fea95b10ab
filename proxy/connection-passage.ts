import type {Answer, PolicyInForce} from '../policies/model/plugin.ts';
import {type Destination, guardDestination, routeTo} from './destination.ts';
import {closedEvent, openedEvent, tlsFailedEvent} from './events.ts';
import {objectionToInspection, objectionToTunnel} from './first-bytes.ts';
import type {AskedConnection, FirstBytes, Passage} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import type {Judged} from './judge.ts';
import {makeRevocable, type Revocable} from './revocable.ts';
import type {Subject} from './subject.ts';

/** A connection that policy lets pass, or whose refusal waits inside it to be read (decision 22). */
export type Connection = {
	readonly asked: AskedConnection;
	readonly passage: Passage;
	/** What it may do; changes when a refused connection is allowed after a reload. */
	standing: Judged;
	/** Where a tunnel leads; for an inspected connection what its requests share for a while. */
	destination: {readonly value: Destination; readonly until: number} | undefined;
	/** A refusal that waits was told by a request inside, or at the end. */
	isTold: boolean;
};

/** Registers the connection before anything is dialled for it. */
export const openConnection = (
	deps: GateDeps,
	asked: AskedConnection,
	standing: Judged,
): Connection => {
	const openedAt = deps.now();
	const live = makeRevocable(deps, policy => reconsider(deps, connection, policy));
	const connection: Connection = {
		asked,
		standing,
		destination: undefined,
		isTold: false,
		passage: {
			get route() {
				return routeOf(connection);
			},
			isOpen: live.isOpen,
			onRevoked: live.onRevoked,
			first: bytes => first(deps, connection, bytes),
			answered: () => undefined,
			failed: (code, error) =>
				deps.record.refused(
					subjectOf(connection),
					{kind: 'deny', layer: 'l4', code, reason: error},
					connection.standing.intent,
				),
			clientTlsFailed(error) {
				deps.chain.tell(tlsFailedEvent(subjectOf(connection), deps.now(), 'client', error));
				tellRefusal(deps, connection);
			},
			closed: (bytes, cause) => closed(deps, connection, live, {...bytes, cause, openedAt}),
		},
	};
	live.confirm(standing.kind === 'pass' ? standing.under : deps.policy.current());
	return connection;
};

/** What was decided on is on its way: told before bytes flow. */
export const announce = (
	deps: GateDeps,
	connection: Connection,
	{decision, intent}: Extract<Judged, {kind: 'pass'}>,
): void => {
	deps.chain.tell(openedEvent(subjectOf(connection), deps.now(), decision.because, decision.rule));
	deps.record.allowed(intent, decision);
};

/** Who and where, as far as known. */
export const subjectOf = ({asked, standing, destination}: Connection): Subject => {
	const caller = standing.kind === 'pass' ? standing.intent.caller : standing.caller;
	const address = destination?.value.addresses[0];
	return {
		connection: asked.connection,
		host: asked.host,
		port: asked.port,
		...(caller !== undefined && {caller}),
		...(address !== undefined && {address}),
		...(destination?.value.isConnectTo === true && {isConnectTo: true}),
	};
};

/** Decision 10, for connections. A refusal that waits stays where it is, unless nobody would inspect it now. */
const reconsider = (
	deps: GateDeps,
	connection: Connection,
	policy: PolicyInForce,
): string | undefined => {
	const {standing, destination} = connection;
	if (standing.intent === undefined) {
		return undefined;
	}

	const {kind} = deps.law.evaluate(policy.compiled, standing.intent);
	if (standing.kind === 'deny') {
		return kind === 'allow' ? 'the policy now gives a tunnel here; connect again' : undefined;
	}

	if (kind !== standing.decision.kind) {
		return kind === 'deny'
			? 'the policy no longer allows it'
			: 'the policy now inspects it otherwise';
	}

	const isAddressRefused =
		kind === 'allow' &&
		destination !== undefined &&
		!guardDestination(deps, standing.intent, destination.value).ok;
	return isAddressRefused ? 'the policy no longer allows its address' : undefined;
};

const routeOf = ({standing, destination}: Connection) =>
	standing.kind === 'pass' && standing.decision.kind === 'allow' && destination !== undefined
		? routeTo(standing.intent, destination.value, {
				scheme: 'tunnel',
				rule: standing.decision.rule,
			})
		: undefined;

const first = (deps: GateDeps, connection: Connection, bytes: FirstBytes): Answer | undefined => {
	const {standing, asked} = connection;
	if (standing.kind === 'deny') {
		return objectionToInspection(bytes) === undefined ? undefined : tellRefusal(deps, connection);
	}

	const objection =
		standing.decision.kind === 'inspect'
			? objectionToInspection(bytes)
			: objectionToTunnel(bytes, asked.host);
	return objection === undefined
		? undefined
		: deps.record.refused(subjectOf(connection), objection, standing.intent);
};

/** The refusal that waited, told once for the whole connection if no request inside was told of it. */
const tellRefusal = (deps: GateDeps, connection: Connection): Answer | undefined => {
	const {standing, isTold} = connection;
	if (standing.kind === 'pass' || isTold) {
		return undefined;
	}

	connection.isTold = true;
	return deps.record.refused(subjectOf(connection), standing.deny, standing.intent);
};

type Ending = {
	readonly in: number;
	readonly out: number;
	readonly cause: string | undefined;
	readonly openedAt: number;
};

const closed = (
	deps: GateDeps,
	connection: Connection,
	live: Revocable,
	{in: bytesIn, out: bytesOut, cause = live.cause(), openedAt}: Ending,
): void => {
	if (!live.end()) {
		return;
	}

	const at = deps.now();
	tellRefusal(deps, connection);
	if (connection.standing.kind === 'pass') {
		const facts = {
			bytesIn,
			bytesOut,
			durationMs: at - openedAt,
			...(cause !== undefined && {cause}),
		};
		deps.chain.tell(closedEvent(subjectOf(connection), at, facts));
	}

	deps.chain.closed(connection.asked.connection.id);
};
