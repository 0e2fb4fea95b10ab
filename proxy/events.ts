import {clean, cleanIdent} from '../policies/model/clean.ts';
import {type DenialCode, denialCodes} from '../policies/model/codes.ts';
import type {Audit, Decision, Deny} from '../policies/model/decision.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Event} from '../policies/model/event.ts';
import {shownPath} from './denial.ts';
import type {RequestSubject, Subject} from './subject.ts';

/** The line for one refusal: the guard's, a request's, or a connection's. */
export const deniedEvent = (denial: Denial, subject: Subject, deny: Deny): Event => {
	const {error, status} = denialCodes[denial.code];
	const isGuard = error === 'ssrf_denied';
	const place = {
		...placeOf(subject, denial.at, isGuard ? 'ssrf' : engineOf(deny), denial.policy),
		code: denial.code,
		reason: denial.reason,
		denial: denial.denial_id,
	};
	if (isGuard) {
		return {kind: 'net.ssrf.blocked', ...place};
	}

	return subject.request === undefined
		? {kind: 'net.open.denied', ...place}
		: {kind: 'http.request.denied', ...place, ...requestOf(subject.request), status};
};

export const openedEvent = (
	subject: Subject,
	at: number,
	because: string,
	rule: string,
): Event => ({
	kind: 'net.open.allowed',
	...placeOf(subject, at, 'opa', rule),
	because: clean(because),
});

export const closedEvent = (
	subject: Subject,
	at: number,
	facts: {
		readonly bytesIn: number;
		readonly bytesOut: number;
		readonly durationMs: number;
		readonly cause?: string;
	},
): Event => ({kind: 'net.close', ...placeOf(subject, at, 'opa', undefined), ...facts});

export const tlsFailedEvent = (
	subject: Subject,
	at: number,
	side: 'client' | 'upstream',
	error: string,
): Event => ({
	kind: 'net.tls.failed',
	...placeOf(subject, at, 'opa', undefined),
	side,
	error: clean(error),
});

/** A request that was let through, when its answer is known; `status` 0 means that none came. */
export const answeredEvent = (
	subject: Subject & {readonly request: RequestSubject},
	at: number,
	decision: Exclude<Decision, {readonly kind: 'deny' | 'inspect'}>,
	facts: {readonly status: number; readonly latencyMs: number},
): Event => {
	const base = {
		...placeOf(subject, at, engineOf(decision), decision.rule),
		...requestOf(subject.request),
		...facts,
	};
	return decision.kind === 'audit'
		? {kind: 'http.request.audited', ...base, ...auditOf(decision)}
		: {kind: 'http.request.allowed', ...base};
};

/** Policy allowed it, and it could not be carried out. */
export const failedEvent = (
	subject: Subject,
	at: number,
	code: DenialCode,
	error: string,
): Event => {
	const base = {...placeOf(subject, at, 'opa', undefined), code, error: clean(error)};
	return subject.request === undefined
		? {kind: 'net.upstream.failed', ...base}
		: {
				kind: 'http.upstream.failed',
				...base,
				...requestOf(subject.request),
				status: denialCodes[code].status,
			};
};

const auditOf = ({code, reason}: Audit) => ({code, reason: clean(reason)});

/** As upstream's log names them; `l7` alone where a request was refused before any word was asked. */
const engineOf = ({layer, word}: Pick<Deny, 'layer' | 'word'>): string =>
	layer === 'l4' ? 'opa' : ['l7', ...(word === undefined ? [] : [word])].join('-');

const placeOf = (subject: Subject, at: number, engine: string, rule: string | undefined) => ({
	at,
	connection: subject.connection.id,
	host: cleanIdent(subject.host),
	port: subject.port,
	client: subject.connection.remote,
	engine,
	...(subject.address !== undefined && {address: subject.address}),
	...(subject.caller !== undefined && {caller: subject.caller}),
	...(subject.isConnectTo === true && {connectTo: true}),
	...(rule !== undefined && {rule}),
});

const requestOf = ({id, scheme, method, path}: RequestSubject) => ({
	request: id,
	scheme,
	method: cleanIdent(method),
	path: shownPath(path),
});
