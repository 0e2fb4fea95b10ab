import type {CanonicalPath} from '../../policies/model/names.ts';
import {canonicalTarget} from '../../policies/model/path.ts';
import type {HeaderPairs, RequestHead} from '../../policies/model/plugin.ts';
import {parseQuery} from '../../policies/model/query.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import type {AskedRequest} from '../gate.ts';
import {type Place, printAuthority} from './authority.ts';
import type {Malformed} from './malformed.ts';
import {findOverride, isOverrideKey} from './overrides.ts';
import {readPlace} from './place.ts';

/** A request in normal form, before it is known who sent it. */
export type RequestFacts = Place & {
	readonly scheme: 'http' | 'https';
	readonly method: string;
	readonly path: CanonicalPath;
	readonly encodedSlash: boolean;
	readonly query: ReadonlyMap<string, readonly string[]>;
	readonly upgrade?: string;
	/** Canonical path and, byte for byte, the query: what was matched is what is sent upstream. */
	readonly target: string;
};

/**
Reads a request head in normal form, or says what is wrong with it. In a tunnel the place is the
tunnel's and SNI and Host must repeat it; on the plain listener the target names it (decision 9).
*/
export const readRequest = (
	head: RequestHead,
	tunnel: AskedRequest['tunnel'],
	allowsEncodedSlash: (place: Place) => boolean,
): Result<RequestFacts, Malformed> => {
	const place = readPlace(head, tunnel);
	if (!place.ok) {
		return place;
	}

	const {host, port, scheme} = place.value;
	const wrong = (code: Malformed['code'], reason: string): Result<never, Malformed> =>
		err({code, reason, host, port});
	if (!methodToken.test(head.method)) {
		return wrong('malformed_request', 'the method is not a token (RFC 9110 §9.1)');
	}

	if (head.method.toUpperCase() === 'CONNECT') {
		return wrong('nested_connect', 'CONNECT inside a tunnel is not proxied; open another tunnel');
	}

	const override = findOverride(head.headers);
	if (override !== undefined) {
		return wrong('method_override', overrideReason(override));
	}

	return readTarget(place.value.target, allowsEncodedSlash({host, port}), wrong, target => ({
		host,
		port,
		scheme,
		method: head.method.toUpperCase(),
		...upgradeOf(head.headers),
		...target,
	}));
};

/** The head as it goes upstream: canonical, with nothing in it that was meant for the proxy. */
export const upstreamHead = (head: RequestHead, facts: RequestFacts): RequestHead => ({
	method: facts.method,
	target: facts.target,
	headers: head.headers
		.filter(([name]) => !name.toLowerCase().startsWith('proxy-'))
		.map(([name, value]) =>
			name.toLowerCase() === 'host' ? [name, printAuthority(facts, facts.scheme)] : [name, value],
		),
});

type Target = Pick<RequestFacts, 'path' | 'encodedSlash' | 'query' | 'target'>;

const readTarget = (
	raw: string,
	allowEncodedSlash: boolean,
	wrong: (code: Malformed['code'], reason: string) => Result<never, Malformed>,
	finish: (target: Target) => RequestFacts,
): Result<RequestFacts, Malformed> => {
	const canonical = canonicalTarget(raw, {allowEncodedSlash});
	if (!canonical.ok) {
		return wrong('malformed_target', `request-target must be canonical (${canonical.error})`);
	}

	const {path, query, hasEncodedSlash: encodedSlash} = canonical.value;
	const parsed = parseQuery(query);
	if (!parsed.ok) {
		return wrong('malformed_target', parsed.error);
	}

	const key = keysOf(parsed.value).find(isOverrideKey);
	return key === undefined
		? ok(
				finish({
					path,
					encodedSlash,
					query: parsed.value,
					target: query === undefined ? path : `${path}?${query}`,
				}),
			)
		: wrong('method_override', overrideReason(key));
};

/** All keys that some server may find: older ones also part a query at `;`. */
const keysOf = (query: ReadonlyMap<string, readonly string[]>): readonly string[] =>
	[...query].flatMap(([key, values]) => [
		...key.split(';'),
		...values.flatMap(value => value.split(';').slice(1)).map(pair => pair.split('=')[0] ?? ''),
	]);

/** Any `Upgrade` counts, also without `Connection: upgrade`: a lax server may take it (X15). */
const upgradeOf = (headers: HeaderPairs): {readonly upgrade?: string} => {
	const asked = headers.filter(([name]) => name.toLowerCase() === 'upgrade');
	return asked.length === 0
		? {}
		: {upgrade: asked.map(([, value]) => value.trim().toLowerCase()).join(', ')};
};

const overrideReason = (name: string): string =>
	`${name} could make the server see another method, path or host than policy saw; send the request without it`;

const methodToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;
