import {jsonAnswer} from '../plugins/answer.ts';
import type {Deny} from '../policies/model/decision.ts';
import type {Answer} from '../policies/model/plugin.ts';
import {admitConnection} from './admit-connection.ts';
import {admitRequest} from './admit-request.ts';
import type {Connection} from './connection-passage.ts';
import type {AskedConnection, AskedRequest, Gate, Passage, Refused} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import type {Subject} from './subject.ts';

/**
The gate: every connection and every request is asked here, and here is the only try/catch on
their path. Whatever goes wrong while deciding is a denial (`policy_error`).
*/
export const makeGate = (deps: GateDeps): Gate => {
	const connections = new WeakMap<Passage, Connection>();
	return {
		authenticate: head => deps.hasToken(head),
		async admitConnection(asked) {
			try {
				const {admission, connection} = await admitConnection(deps, asked);
				if (connection !== undefined) {
					connections.set(connection.passage, connection);
				}

				return admission;
			} catch (error) {
				return {kind: 'refuse', answer: collapse(deps, connectionSubject(asked), error)};
			}
		},
		async admitRequest(asked) {
			try {
				return await admitRequest(deps, asked, connectionOf(connections, asked));
			} catch (error) {
				return {kind: 'refuse', answer: collapse(deps, tunnelSubject(asked), error)};
			}
		},
		refuse(refused) {
			try {
				return deps.record.refused(refusedSubject(refused), refusalOf(refused), undefined);
			} catch (error) {
				return collapse(deps, refusedSubject(refused), error);
			}
		},
	};
};

/** A tunnel that this gate never admitted is a broken promise of the engine: nothing passes in it. */
const connectionOf = (
	connections: WeakMap<Passage, Connection>,
	{tunnel}: AskedRequest,
): Connection | undefined => {
	const connection = tunnel && connections.get(tunnel.passage);
	if (tunnel !== undefined && connection === undefined) {
		throw new Error('a request arrived in a tunnel that was never admitted');
	}

	return connection;
};

/** The message of an error may hold anything, so the client and the record are told its kind only. */
const collapse = (deps: GateDeps, subject: Subject, error: unknown): Answer => {
	const kind = error instanceof Error ? error.name : 'unknown error';
	const deny: Deny = {
		kind: 'deny',
		layer: 'l4',
		code: 'policy_error',
		reason: `policy evaluation error: ${kind}`,
	};
	try {
		return deps.record.refused(subject, deny, undefined);
	} catch {
		return jsonAnswer(403, {error: 'policy_denied', code: deny.code, detail: deny.reason});
	}
};

const connectionSubject = ({connection, host, port}: AskedConnection): Subject => ({
	connection,
	host,
	port,
});

const tunnelSubject = ({connection, tunnel, exchange}: AskedRequest): Subject => ({
	connection,
	host: tunnel?.host ?? '',
	port: tunnel?.port ?? 0,
	request: {
		id: exchange.id,
		scheme: tunnel?.isTls === true ? 'https' : 'http',
		method: exchange.head.method,
		path: '',
		isTunnelled: tunnel !== undefined,
	},
});

const refusedSubject = ({connection, host = '', port = 0, method}: Refused): Subject => ({
	connection,
	host,
	port,
	...(method !== undefined && {
		request: {id: connection.id, scheme: 'http', method, path: '', isTunnelled: false},
	}),
});

const refusalOf = ({code, reason}: Refused): Deny => ({
	kind: 'deny',
	layer: code === 'too_many_connections' || code === 'proxy_auth_required' ? 'l4' : 'l7',
	code,
	reason,
});
