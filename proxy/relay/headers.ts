import type {HeaderPairs} from '../../policies/model/plugin.ts';

/** The length of a message as the parser saw it: what is sent on must be framed the same way. */
export type Framing = {readonly isChunked: boolean; readonly contentLength?: string | undefined};

/** Node's flat `[name, value, …]` as pairs, spelling, order and duplicates kept. */
export const pairsOf = (raw: readonly string[]): HeaderPairs => {
	const pairs: (readonly [string, string])[] = [];

	for (let index = 0; index + 1 < raw.length; index += 2) {
		pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
	}

	return pairs;
};

/** All values of a header, by its lower-case name. */
export const valuesOf = (headers: HeaderPairs, name: string): readonly string[] =>
	headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

/**
A request's headers as http-proxy takes them: what is between the client and us is gone,
framing is as received, spelling and duplicates are kept (values of one name stand together).
*/
export const requestHeaders = (
	headers: HeaderPairs,
	host: string,
	framing: Framing,
): Record<string, string | string[]> => {
	const dropped = connectionHeaders(headers, notForUpstreams);
	const fields = new Map<string, {readonly name: string; readonly values: string[]}>();

	for (const [name, value] of headers) {
		const key = name.toLowerCase();

		if (dropped.has(key) || key.startsWith('proxy-')) {
			continue;
		}

		const field = fields.get(key);
		field ? field.values.push(value) : fields.set(key, {name, values: [value]});
	}

	if (!fields.has('host')) {
		fields.set('host', {name: 'Host', values: [host]});
	}

	const lines = [...fields.values()].map(
		({name, values}) => [name, values.length > 1 ? values : (values[0] ?? '')] as const,
	);
	// Backwards: http-proxy copies them from the last to the first.
	return Object.fromEntries([...lines, ...framingLines(framing)].reverse());
};

/**
A response's headers for the client: flat, as received, without what is between the upstream
and us, without what would speak in our name (`X-OpenShell-*`) or lead the client elsewhere
than through us (`Alt-Svc`).
*/
export const responseHeaders = (raw: readonly string[], status: number): string[] => {
	const headers = pairsOf(raw);
	const dropped = connectionHeaders(headers, status === 204 ? notAfter204 : notForClients);
	return headers.flatMap(([name, value]) =>
		dropped.has(name.toLowerCase()) || isOurs(name) ? [] : [name, value],
	);
};

/** Trailers that may follow a body: nothing that frames, routes or speaks in our name. */
export const responseTrailers = (raw: readonly string[]): [string, string][] =>
	pairsOf(raw)
		.filter(([name]) => !(notInTrailers.has(name.toLowerCase()) || isOurs(name)))
		.map(([name, value]) => [name, value]);

/** RFC 9110 §7.6.1: the fixed ones, and those that `Connection` names. */
const connectionHeaders = (
	headers: HeaderPairs,
	fixed: ReadonlySet<string>,
): ReadonlySet<string> => {
	const nominated = valuesOf(headers, 'connection')
		.flatMap(value => value.split(','))
		.map(name => name.trim().toLowerCase())
		// Dropping these would change which bytes are the body, or whom the request is for.
		.filter(name => name !== 'content-length' && name !== 'host');
	return nominated.every(name => fixed.has(name)) ? fixed : new Set([...fixed, ...nominated]);
};

const framingLines = ({
	isChunked,
	contentLength,
}: Framing): readonly (readonly [string, string])[] => {
	if (isChunked) {
		// Without it Node sends the body of a GET unframed, which is a second request (engine.md E27).
		return [['Transfer-Encoding', 'chunked']];
	}

	return contentLength === undefined ? [] : [['Content-Length', contentLength]];
};

/** A server that equates `_` and `-` must not matter here either. */
const isOurs = (name: string) => name.toLowerCase().replaceAll('_', '-').startsWith('x-openshell-');

/** `close` and `keep-alive` are what `Connection` says most; no header has the first name. */
const hopByHop = [
	'close',
	'connection',
	'keep-alive',
	'proxy-authenticate',
	'proxy-authorization',
	'proxy-connection',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
];

/** `Expect` was answered here; length is set from what the parser saw; `__proto__` breaks http-proxy's copy. */
const notForUpstreams = new Set([...hopByHop, 'expect', 'content-length', '__proto__']);
const notForClients = new Set([...hopByHop, 'alt-svc', 'proxy-authentication-info']);
/** A 204 has no body, whatever it says (RFC 9110 §15.3.5); a client that believed it would wait. */
const notAfter204 = new Set([...notForClients, 'content-length']);
const notInTrailers = new Set([
	...notForClients,
	'content-length',
	'content-encoding',
	'content-type',
	'content-range',
	'host',
	'set-cookie',
	'cache-control',
	'authorization',
]);
