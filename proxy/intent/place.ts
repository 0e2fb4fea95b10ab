import type {RequestHead} from '../../policies/model/plugin.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import type {AskedRequest} from '../gate.ts';
import {defaultPorts, type Place, parseAuthority} from './authority.ts';
import type {Malformed} from './malformed.ts';

/** The one place that a request's target, tunnel, SNI and Host agree on. */
export type RequestPlace = Place & {
	readonly scheme: 'http' | 'https';
	/** Origin form, not yet canonical. */
	readonly target: string;
};

/** Reads where a request goes; whatever disagrees is refused (decision 9, RFC 9110 §7.4). */
export const readPlace = (
	head: RequestHead,
	tunnel: AskedRequest['tunnel'],
): Result<RequestPlace, Malformed> => {
	const place = tunnel === undefined ? fromTarget(head.target) : fromTunnel(head.target, tunnel);
	if (!place.ok) {
		return place;
	}

	const problem = disagreement(head, place.value);
	return problem === undefined
		? place
		: err({...problem, host: place.value.host, port: place.value.port});
};

/** On the plain listener: absolute form, `http` only. */
const fromTarget = (target: string): Result<RequestPlace, Malformed> => {
	const parts = absolute.exec(target)?.groups;
	if (parts === undefined) {
		return err({
			code: 'malformed_target',
			reason: 'a proxied request names its place: GET http://host/path, or CONNECT host:port',
		});
	}

	const scheme = (parts['scheme'] ?? '').toLowerCase();
	const place = parseAuthority(
		parts['authority'] ?? '',
		scheme === 'https' ? defaultPorts.https : defaultPorts.http,
	);
	if (!place.ok) {
		return err({code: 'malformed_authority', reason: place.error});
	}

	const rest = parts['rest'] ?? '';
	return scheme === 'http'
		? ok({...place.value, scheme, target: rest.startsWith('/') ? rest : `/${rest}`})
		: err({...place.value, ...wrongScheme(scheme)});
};

const wrongScheme = (scheme: string): Malformed =>
	scheme === 'https'
		? {code: 'https_absolute_form', reason: 'Use CONNECT for HTTPS URLs'}
		: {
				code: 'unsupported_scheme',
				reason: 'only http and, through CONNECT, https are proxied',
			};

/** In a tunnel: origin form, and SNI, where there is one, names the tunnel's host. */
const fromTunnel = (
	target: string,
	tunnel: NonNullable<AskedRequest['tunnel']>,
): Result<RequestPlace, Malformed> => {
	const {host, port, isTls, servername} = tunnel;
	if (!target.startsWith('/')) {
		return err({
			code: 'malformed_target',
			reason: 'inside a tunnel the request target is a path that begins with /',
			host,
			port,
		});
	}

	return isTls && servername !== '' && servername.replace(/\.$/, '') !== host
		? err({
				code: 'authority_mismatch',
				reason: 'the TLS server name (SNI) is not the host of the CONNECT',
				host,
				port,
			})
		: ok({host, port, scheme: isTls ? 'https' : 'http', target});
};

const disagreement = (head: RequestHead, place: RequestPlace): Malformed | undefined => {
	const [value, ...others] = head.headers
		.filter(([name]) => name.toLowerCase() === 'host')
		.map(([, each]) => each.trim());
	if (value === undefined) {
		return {code: 'malformed_request', reason: 'the request has no Host header'};
	}

	if (others.length > 0) {
		return {code: 'duplicate_host', reason: 'the request has more than one Host header'};
	}

	const named = parseAuthority(value, defaultPorts[place.scheme]);
	if (!named.ok) {
		return {code: 'malformed_authority', reason: `Host: ${named.error}`};
	}

	return named.value.host === place.host && named.value.port === place.port
		? undefined
		: {
				code: 'authority_mismatch',
				reason: `Host names another place than ${place.host}:${place.port}, where the request goes`,
			};
};

const absolute = /^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):\/\/(?<authority>[^/?#]*)(?<rest>.*)$/s;
