/** Vectors of upstream's behaviour that a decision of ours overrules. Every one is also tested for what we do instead. */
export const deviations: ReadonlyArray<{
	readonly id: string;
	readonly decision: number;
	readonly why: string;
}> = [
	{id: 'path-064', decision: 4, why: 'endpoint path: * never crosses /'},
	{id: 'path-069', decision: 4, why: 'an unclosed [ is a load error everywhere'},
	{id: 'path-070', decision: 4, why: 'an unclosed [ is a load error everywhere'},
	{id: 'path-075', decision: 4, why: 'values: * matches anything, dots included'},
	{id: 'l7-022', decision: 1, why: 'enforcement defaults to enforce'},
	{id: 'l7-042', decision: 3, why: 'a deny rule without path denies every path, so it is the reason'},
	{id: 'l7-048', decision: 3, why: 'a deny rule without path denies every path'},
	{id: 'l7-056', decision: 4, why: 'endpoint path: /v1/** does not match /v1'},
	{id: 'l7-090', decision: 2, why: 'an unknown access is a load error'},
	{id: 'l7-092', decision: 3, why: 'an allow rule without path is a load error'},
	{id: 'l7-093', decision: 3, why: 'the policy has an allow rule without path, a load error'},
	{id: 'validate-012', decision: 2, why: 'port and ports together are an error in every source (X11)'},
	{id: 'validate-042', decision: 2, why: 'an unknown access is a load error'},
	{id: 'validate-047', decision: 2, why: 'an empty rules list is a load error'},
	{id: 'validate-077', decision: 1, why: 'enforcement left out is enforce, so both agree'},
	{id: 'merge-007', decision: 2, why: 'empty binaries are a load error; /** is any binary'},
	{id: 'merge-027', decision: 2, why: 'empty binaries are a load error; /** is any binary'},
	{id: 'merge-047', decision: 7, why: 'provenance is no part of the policy'},
	{id: 'ssrf-029', decision: 8, why: 'multicast is blocked'},
	{id: 'ssrf-030', decision: 8, why: '240/4 is blocked'},
	{id: 'ssrf-031', decision: 8, why: '0/8 is blocked'},
	{id: 'ssrf-032', decision: 8, why: 'NAT64 is judged by what it carries'},
	{id: 'ssrf-033', decision: 8, why: '6to4 is judged by what it carries'},
	{id: 'ssrf-037', decision: 7, why: 'private addresses only through allowed_ips'},
	{id: 'ssrf-039', decision: 7, why: 'a declared host has no mode of its own, so the reason differs'},
	{id: 'ssrf-047', decision: 8, why: 'control-plane ports are blocked in every mode'},
	{id: 'ssrf-062', decision: 7, why: 'private addresses only through allowed_ips'},
];
