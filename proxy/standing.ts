import {changed} from './admit-connection.ts';
import {announce, type Connection} from './connection-passage.ts';
import {findDestination} from './destination.ts';
import type {AskedConnection, AskedRequest} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import {type Denied, type Judged, judgeConnection, unrecorded} from './judge.ts';

/** May requests pass on this connection? In a tunnel that was settled before, unless it was refused then. */
export const standingOf = async (
	deps: GateDeps,
	asked: AskedRequest,
	place: Pick<AskedConnection, 'host' | 'port'>,
	connection: Connection | undefined,
): Promise<Judged> => {
	if (connection === undefined) {
		const {host, port} = place;
		return judgeConnection(deps, {connection: asked.connection, host, port});
	}

	const {standing, passage} = connection;
	if (!passage.isOpen()) {
		return refusedWith(changed, standing);
	}

	if (standing.kind === 'pass') {
		return deps.canRecord()
			? standing
			: refusedWith({...changed, code: 'log_unwritable', reason: unrecorded}, standing);
	}

	return judgeAgain(deps, connection);
};

/** A refused connection that is asked again: the policy, or its caller, may be known by now. */
const judgeAgain = async (deps: GateDeps, connection: Connection): Promise<Judged> => {
	const judged = await judgeConnection(deps, connection.asked);
	if (judged.kind === 'pass' && judged.decision.kind === 'inspect') {
		connection.standing = judged;
		announce(deps, connection, judged);
		return judged;
	}

	connection.isTold = true;
	connection.standing = judged.kind === 'pass' ? await tunnelHere(deps, judged) : judged;
	return connection.standing;
};

/** A tunnel would be allowed, so what stood against it is its address, or is gone: then the client must connect again. */
const tunnelHere = async (
	deps: GateDeps,
	{intent}: Extract<Judged, {kind: 'pass'}>,
): Promise<Denied> => {
	const destination = await findDestination(deps, intent);
	return {
		kind: 'deny',
		deny: destination.ok ? changed : destination.error,
		caller: intent.caller,
		intent,
	};
};

const refusedWith = (deny: Denied['deny'], {intent}: Judged): Denied => ({
	kind: 'deny',
	deny,
	...(intent !== undefined && {intent, caller: intent.caller}),
});
