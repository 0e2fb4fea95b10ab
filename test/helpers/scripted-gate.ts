import {hostPort} from '../../policies/model/host.ts';
import type {Host} from '../../policies/model/names.ts';
import type {Answer, RequestHead} from '../../policies/model/plugin.ts';
import type {
	AskedConnection,
	AskedRequest,
	ConnectionAdmission,
	FirstBytes,
	Gate,
	Passage,
	Refused,
	RequestAdmission,
	Route,
} from '../../proxy/gate.ts';

/** A passage whose every call is kept, and that a test can close or revoke. */
export type ScriptedPassage = Passage & {
	open: boolean;
	objection: Answer | undefined;
	revoke(cause: string): void;
	readonly calls: {
		readonly first: FirstBytes[];
		readonly answered: number[];
		readonly failed: {readonly code: string; readonly error: string}[];
		readonly clientTlsFailed: string[];
		readonly closed: {readonly in: number; readonly out: number; readonly cause?: string}[];
	};
	/** Resolves when `closed` was called. */
	readonly over: Promise<void>;
};

export const scriptPassage = (route?: Route): ScriptedPassage => {
	const calls: ScriptedPassage['calls'] = {
		first: [],
		answered: [],
		failed: [],
		clientTlsFailed: [],
		closed: [],
	};
	let close: (cause: string) => void = () => undefined;
	let end: () => void = () => undefined;
	const over = new Promise<void>(resolve => {
		end = resolve;
	});
	const passage: ScriptedPassage = {
		route,
		open: true,
		objection: undefined,
		calls,
		over,
		revoke: cause => close(cause),
		isOpen: () => passage.open,
		onRevoked(listener) {
			close = listener;
		},
		first(bytes) {
			calls.first.push(bytes);
			return passage.objection;
		},
		answered: status => calls.answered.push(status),
		failed(code, error) {
			calls.failed.push({code, error});
			return answerOf(502, {code});
		},
		clientTlsFailed: error => calls.clientTlsFailed.push(error),
		closed(bytes, cause) {
			calls.closed.push({...bytes, ...(cause === undefined ? {} : {cause})});
			end();
		},
	};
	return passage;
};

export const answerOf = (status: number, body: object, close = true): Answer => ({
	status,
	headers: [
		['Content-Type', 'application/json'],
		...(status === 407 ? ([['Proxy-Authenticate', 'Basic realm="openshell"']] as const) : []),
		...(close ? ([['Connection', 'close']] as const) : []),
	],
	body: JSON.stringify(body),
});

/** Where a route leads in tests: a port on loopback, whatever the name. */
export const routeTo = (host: string, port: number, dialPort: number, key = 'k'): Route => ({
	host: host as Host,
	port,
	addresses: ['127.0.0.1'],
	dialPort,
	servername: host,
	poolKey: `${key} ${host} ${dialPort}`,
});

export type ScriptedGate = Gate & {
	readonly asked: {readonly connections: AskedConnection[]; readonly requests: AskedRequest[]};
	readonly refused: Refused[];
	/** Of requests, in order of admission. */
	readonly passages: ScriptedPassage[];
	/** Of connections, in order of admission. */
	readonly tunnels: ScriptedPassage[];
};

type Script = {
	readonly authenticate?: (head: RequestHead) => boolean;
	readonly connection?: (
		asked: AskedConnection,
		passage: ScriptedPassage,
	) => ConnectionAdmission | Promise<ConnectionAdmission>;
	/** The default forwards to this port. */
	readonly dialPort?: number;
	readonly request?: (
		asked: AskedRequest,
		passage: ScriptedPassage,
	) => RequestAdmission | Promise<RequestAdmission>;
};

const statuses: Record<string, number> = {
	proxy_auth_required: 407,
	head_too_large: 431,
	request_timeout: 408,
	expectation_failed: 417,
	too_many_connections: 503,
	policy_error: 403,
	upgrade_not_allowed: 403,
	uninspected_bytes: 403,
};

/** A gate that inspects every tunnel and forwards every request, unless the script says otherwise. */
export const scriptGate = (script: Script = {}): ScriptedGate => {
	const gate: ScriptedGate = {
		asked: {connections: [], requests: []},
		refused: [],
		passages: [],
		tunnels: [],
		authenticate: head => script.authenticate?.(head) ?? true,
		async admitConnection(asked) {
			gate.asked.connections.push(asked);
			const passage = scriptPassage(
				script.dialPort === undefined
					? undefined
					: routeTo(asked.host, asked.port, script.dialPort),
			);
			gate.tunnels.push(passage);
			return script.connection?.(asked, passage) ?? {kind: 'inspect', passage};
		},
		async admitRequest(asked) {
			gate.asked.requests.push(asked);
			const {head} = asked.exchange;
			const url = new URL(
				asked.tunnel ? `http://${hostPort(asked.tunnel.host, asked.tunnel.port)}/` : head.target,
			);
			const passage = scriptPassage(
				routeTo(url.hostname, Number(url.port || 80), script.dialPort ?? 1),
			);
			gate.passages.push(passage);
			const target = asked.tunnel
				? head.target
				: head.target.replace(/^[a-z]+:\/\/[^/?#]*/i, '') || '/';
			return (
				script.request?.(asked, passage) ?? {kind: 'forward', passage, head: {...head, target}}
			);
		},
		refuse(refused) {
			gate.refused.push(refused);
			return answerOf(statuses[refused.code] ?? 400, {code: refused.code});
		},
	};
	return gate;
};
