import {parseAddressRange} from '../address.ts';
import {makeEndpoint} from '../endpoint.ts';
import {parseHostPattern} from '../host-pattern.ts';
import type {AllowRule, Endpoint, Matcher, McpOptions} from '../policy.ts';
import {checkEndpoint} from './check-endpoint.ts';
import {checkProtocol} from './check-protocol.ts';
import {defaultMaxBodyBytes} from './limits.ts';
import {byCodeUnit, type Reader} from './readers.ts';
import {type WrittenEndpoint, writtenEndpoint} from './written-endpoint.ts';

/** Reads, checks and completes one endpoint: in the result every default is explicit (decision 1). */
export const endpoint: Reader<Endpoint> = place => {
	const written = writtenEndpoint(place);
	if (!written) {
		return undefined;
	}

	const lower = {...written, protocol: written.protocol?.toLowerCase()};
	checkEndpoint(lower, place);
	checkProtocol(lower, place);
	return complete(lower);
};

const complete = (written: WrittenEndpoint): Endpoint => {
	const {port, ports, tls, json_rpc, mcp, host, rules, deny_rules, allowed_ips, ...rest} = written;
	const protocol = written.protocol ?? '';
	const rpcLimit = bodyLimitOf(json_rpc?.max_body_bytes);
	return makeEndpoint({
		...(rest as Partial<Endpoint>),
		host: hostOf(host),
		ports: portsOf(port, ports),
		protocol,
		tls: tls === 'skip' ? 'skip' : '',
		rules: uniqueBy(rules?.map(rule => allowRuleOf(rule, protocol)) ?? []),
		deny_rules: uniqueBy(deny_rules?.map(rule => matcherOf(rule, protocol)) ?? []),
		allowed_ips: allowedIpsOf(allowed_ips),
		...(rpcLimit !== defaultMaxBodyBytes && {json_rpc: {max_body_bytes: rpcLimit}}),
		...(protocol === 'mcp' && {mcp: mcpOf(mcp)}),
	});
};

/** An unreadable host has been reported; what stands here then is never used. */
const hostOf = (written = ''): Endpoint['host'] => {
	const pattern = parseHostPattern(written.trim());
	return pattern.ok ? pattern.value : '';
};

const portsOf = (
	port: number | undefined,
	ports: readonly number[] | undefined,
): readonly number[] => [...new Set(ports ?? (port ? [port] : []))].sort((a, b) => a - b);

const allowedIpsOf = (written: readonly string[] = []): readonly string[] => {
	const texts = written.flatMap(text => {
		const range = parseAddressRange(text);
		return range.ok ? [range.value.text] : [];
	});
	return [...new Set(texts)].sort(byCodeUnit);
};

const allowRuleOf = ({allow}: AllowRule, protocol: string): AllowRule => ({
	allow: matcherOf(allow, protocol),
});

/** HTTP methods match in either case, and are kept in upper case. */
const matcherOf = (matcher: Matcher, protocol: string): Matcher =>
	matcher.method !== undefined && isHttp(protocol)
		? {...matcher, method: matcher.method.toUpperCase()}
		: matcher;

const isHttp = (protocol: string): boolean => protocol === 'rest' || protocol === 'websocket';

/** Rules are equal when they are written equal; the first one stays. */
const uniqueBy = <T>(rules: readonly T[]): readonly T[] => {
	const seen = new Map<string, T>();
	for (const rule of rules) {
		const key = JSON.stringify(rule, (_, value: unknown) =>
			value instanceof Map ? [...value] : value,
		);
		seen.set(key, seen.get(key) ?? rule);
	}

	return [...seen.values()];
};

const mcpOf = (written: WrittenEndpoint['mcp']): McpOptions => ({
	max_body_bytes: bodyLimitOf(written?.max_body_bytes),
	strict_tool_names: written?.strict_tool_names ?? true,
	allow_all_known_mcp_methods: written?.allow_all_known_mcp_methods ?? false,
});

const bodyLimitOf = (written: number | undefined): number => written || defaultMaxBodyBytes;
