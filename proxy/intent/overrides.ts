import type {HeaderPairs} from '../../policies/model/plugin.ts';

/**
The header by which a server would see another method, path, host or body length than policy
saw, or undefined (X29). Servers behind CGI and WSGI read `_` as `-`, and some (lighttpd) every
mark that is no letter or digit, so all of them are one here.
A name that a `Trailer` header announces counts as sent.
*/
export const findOverride = (headers: HeaderPairs): string | undefined => {
	for (const [name, value] of headers) {
		const announced = isNamed(name, 'trailer') ? value.split(',').map(each => each.trim()) : [];
		const found = [name, ...announced].find(each => isOverride(each)) ?? forwardedHost(name, value);
		if (found !== undefined) {
			return found;
		}
	}

	return undefined;
};

/** Also asked of each trailer that arrives. */
export const isOverride = (name: string): boolean => {
	const normal = asServersRead(name);
	return (
		overrides.has(normal) ||
		normal.startsWith('x-http-method') ||
		(framing.has(normal) && name.toLowerCase() !== normal)
	);
};

/**
Whether a query key (decoded) is one by which Rails, Symfony, Laravel and Express read another
method. PHP skips spaces before a key, ends it at a NUL, and reads marks in it as `_`.
*/
export const isOverrideKey = (key: string): boolean => {
	const [start = ''] = key.trimStart().toLowerCase().split('\0');
	return overrideKeys.has(start.replaceAll(/[ .[]/g, '_'));
};

const overrideKeys: ReadonlySet<string> = new Set(['_method', '_http_method']);

const overrides: ReadonlySet<string> = new Set([
	'-method',
	'x-method',
	'x-method-override',
	'x-original-method',
	'x-forwarded-method',
	'x-original-url',
	'x-original-uri',
	'x-original-path',
	'x-original-host',
	'x-rewrite-url',
	'x-rewrite-uri',
	'x-override-url',
	'x-request-uri',
	'x-forwarded-host',
	'x-forwarded-server',
	'x-forwarded-uri',
	'x-forwarded-url',
	'x-forwarded-path',
	'x-forwarded-prefix',
	'x-forwarded-port',
	'x-host',
	'x-http-host-override',
	'x-http-path-override',
	'x-envoy-original-path',
	'x-envoy-original-host',
	'x-proxy-url',
	'x-accel-redirect',
]);

/** Written with another mark than `-`, these reach such servers as the header that frames the message. */
const framing: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding', 'host']);

/** RFC 7239: only its `host` parameter names another place. */
const forwardedHost = (name: string, value: string): string | undefined =>
	isNamed(name, 'forwarded') && /(^|[;,\s])host\s*=/i.test(value) ? name : undefined;

const isNamed = (name: string, expected: string): boolean => asServersRead(name) === expected;

const asServersRead = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-');
