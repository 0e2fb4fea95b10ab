import type {IncomingMessage} from 'node:http';
import type {DenialCode} from '../../policies/model/codes.ts';
import type {RequestHead} from '../../policies/model/plugin.ts';
import {type Framing, pairsOf, valuesOf} from '../relay/headers.ts';

/** Why a request is refused before anybody is asked about it. */
export type Fault = {readonly code: DenialCode; readonly reason: string};

/** A request's head, spelled as it came. */
export const headOf = (request: IncomingMessage): RequestHead => ({
	method: request.method ?? '',
	target: request.url ?? '',
	headers: pairsOf(request.rawHeaders),
});

/** What the parser made of the body's length; only read after `faultOf` found nothing. */
export const framingOf = (head: RequestHead): Framing => ({
	isChunked: valuesOf(head.headers, 'transfer-encoding').length > 0,
	contentLength: valuesOf(head.headers, 'content-length')[0],
});

/** What Node's parser accepts and two servers could read in two ways (engine.md A.3). */
export const faultOf = (
	head: RequestHead,
	version: string,
	isInTunnel: boolean,
): Fault | undefined =>
	versionFault(version) ??
	hostFault(head, version) ??
	framingFault(head, version) ??
	formFault(head, isInTunnel);

const versionFault = (version: string): Fault | undefined =>
	version === '1.1' || version === '1.0'
		? undefined
		: {code: 'malformed_request', reason: 'only HTTP/1.1 and HTTP/1.0 are proxied'};

const hostFault = (head: RequestHead, version: string): Fault | undefined => {
	const hosts = valuesOf(head.headers, 'host').length;

	if (hosts > 1) {
		return {code: 'duplicate_host', reason: 'send one Host header'};
	}

	return hosts === 0 && version === '1.1'
		? {code: 'malformed_authority', reason: 'HTTP/1.1 requires a Host header'}
		: undefined;
};

const framingFault = (head: RequestHead, version: string): Fault | undefined => {
	const codings = valuesOf(head.headers, 'transfer-encoding');
	const lengths = valuesOf(head.headers, 'content-length');

	if (lengths.length > 1 || (lengths.length > 0 && codings.length > 0)) {
		return {code: 'body_framing', reason: 'the length of the body is given more than once'};
	}

	if (codings.length === 0) {
		return undefined;
	}

	return version === '1.1' && codings.length === 1 && codings[0]?.toLowerCase() === 'chunked'
		? undefined
		: {code: 'body_framing', reason: 'the only transfer coding is chunked, in HTTP/1.1, once'};
};

/** RFC 9112 §3.2: a proxy is sent whole URLs, a server is sent paths. */
const formFault = ({target}: RequestHead, isInTunnel: boolean): Fault | undefined => {
	if (isInTunnel) {
		return target.startsWith('/')
			? undefined
			: {code: 'malformed_target', reason: 'inside a tunnel the request target is a path'};
	}

	return /^[a-z][a-z0-9+.-]*:\/\//i.test(target)
		? undefined
		: {
				code: 'malformed_target',
				reason: 'this is a proxy: send http://host/path, or CONNECT host:port',
			};
};
