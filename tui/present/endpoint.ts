import {ident} from './text.ts';

/**
One endpoint of a proposed rule in the contract's words (§8.1): `h:p [L7 rest, allow PUT /x]`. Takes
JSON from the wire as it is: whatever is not of the expected shape is shown, never left out.
*/
export function describeEndpoint(value: unknown): string {
	const endpoint = recordOf(value);
	const protocol = textOf(endpoint['protocol']);
	const parts = [
		protocol === '' ? 'L4' : `L7 ${ident(protocol)}`,
		...qualifiers(endpoint),
		...listOf(endpoint['rules']).map(
			rule => `allow ${describeMatcher(recordOf(recordOf(rule)['allow']))}`,
		),
		...listOf(endpoint['deny_rules']).map(rule => `deny ${describeMatcher(recordOf(rule))}`),
	];
	return `${ident(textOf(endpoint['host'])) || '(any host)'}:${describePorts(endpoint)} [${parts.join(', ')}]`;
}

export const binariesOf = (rule: unknown): readonly string[] =>
	listOf(recordOf(rule)['binaries']).map(binary => ident(textOf(recordOf(binary)['path'])));

export const endpointsOf = (rule: unknown): readonly unknown[] =>
	listOf(recordOf(rule)['endpoints']);

/** Keys that are told in words of their own, or in `rules`. */
const spoken = new Set(['host', 'port', 'ports', 'protocol', 'rules', 'deny_rules']);

function qualifiers(endpoint: Readonly<Record<string, unknown>>): readonly string[] {
	return Object.entries(endpoint)
		.filter(([key]) => !spoken.has(key))
		.map(([key, value]) => `${ident(key)}=${describeValue(value)}`);
}

function describePorts(endpoint: Readonly<Record<string, unknown>>): string {
	const ports = Array.isArray(endpoint['ports']) ? endpoint['ports'] : [endpoint['port']];
	return ports.map(port => describeValue(port ?? '?')).join(',');
}

/** Blank method and path print `*`; every further condition is named. */
function describeMatcher(matcher: Readonly<Record<string, unknown>>): string {
	const {method, path, ...rest} = matcher;
	const conditions = Object.entries(rest).map(
		([key, value]) => `${ident(key)}=${describeValue(value)}`,
	);
	return [ident(textOf(method)) || '*', ident(textOf(path)) || '*', ...conditions].join(' ');
}

const describeValue = (value: unknown): string =>
	ident(typeof value === 'string' ? value : JSON.stringify(value));

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Readonly<Record<string, unknown>>)
		: {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
