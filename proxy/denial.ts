import {clean, cleanIdent} from '../policies/model/clean.ts';
import {type DenialCode, denialCodes} from '../policies/model/codes.ts';
import type {Deny} from '../policies/model/decision.ts';
import type {Denial} from '../policies/model/denial.ts';
import {hostPort} from '../policies/model/host.ts';
import {maskPath} from '../policies/model/mask-path.ts';
import {makeId} from '../policies/model/names.ts';

import type {Missing} from '../policies/model/protocol.ts';
import type {Subject} from './subject.ts';

/**
A refusal as the client, the ring, the gateway and the reviewer are given it: whatever came from
outside is cleaned and cut, the path is masked and carries no query (decision 23).
*/
export const makeDenial = (
	made: {readonly at: number; readonly ulid: string},
	subject: Subject,
	deny: Deny,
	missing: Missing | undefined,
): Denial => {
	const {request, caller} = subject;
	const host = cleanIdent(subject.host);
	return {
		denial_id: makeId('denial', made.ulid),
		at: made.at,
		code: deny.code,
		layer: deny.layer,
		host,
		port: subject.port,
		...(caller !== undefined && {binary: cleanIdent(caller.binary)}),
		...(request !== undefined && {method: cleanIdent(request.method)}),
		...(request !== undefined && request.path !== '' && {path: shownPath(request.path)}),
		...(deny.rule !== undefined && {policy: deny.rule}),
		detail: detailOf(subject, deny),
		reason: clean(deny.reason),
		...(missing !== undefined && {
			suggested_operation: {addRule: missing.addRule},
			suggestion_is_broader: missing.isBroader,
		}),
	};
};

/** A canonical path as it may be shown. */
export const shownPath = (path: string): string => cleanIdent(maskPath(path));

/** The sentences of the wire contract: §4.1 and §4.2 in and for tunnels, §4.3 on the plain listener. */
const detailOf = (subject: Subject, deny: Deny): string => {
	const place = hostPort(cleanIdent(subject.host), subject.port);
	const {error} = denialCodes[deny.code];
	switch (error) {
		case 'policy_denied':
			return policyDetail(subject, deny, place);
		case 'ssrf_denied':
			return `${askedFor(subject, deny, place)} blocked: ${blocked[deny.code] ?? 'internal address'}`;
		case 'upstream_unreachable':
			return `connection to ${place} failed`;
		default:
			return clean(deny.reason);
	}
};

const policyDetail = (subject: Subject, deny: Deny, place: string): string => {
	const asked = askedFor(subject, deny, place);
	const {request} = subject;
	if (deny.code === 'policy_changed') {
		return `${asked} not permitted because policy changed`;
	}

	if (request === undefined || isToldAsConnect(subject, deny)) {
		return `${asked} not permitted by policy`;
	}

	if (deny.layer === 'l4') {
		return `${asked}${shownPath(request.path)} not permitted by policy`;
	}

	return request.isTunnelled
		? clean(deny.reason)
		: `${asked}${shownPath(request.path)} denied by L7 policy: ${clean(deny.reason)}`;
};

const askedFor = (subject: Subject, deny: Deny, place: string): string =>
	subject.request === undefined || isToldAsConnect(subject, deny)
		? `CONNECT ${place}`
		: `${cleanIdent(subject.request.method)} ${place}`;

/** A refusal of the whole place is told in the words of CONNECT, also to a request inside it. */
const isToldAsConnect = ({request}: Subject, deny: Deny): boolean =>
	request?.isTunnelled === true && deny.layer === 'l4';

const blocked: Partial<Record<DenialCode, string>> = {
	address_blocked: 'always-blocked address',
	address_not_listed: 'allowed_ips check failed',
	allowed_ips_invalid: 'invalid allowed_ips in policy',
	port_blocked: 'control-plane port',
};
