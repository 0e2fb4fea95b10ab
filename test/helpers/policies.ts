import {parse} from 'yaml';
import {builtInWords} from '../../plugins/words.ts';
import {type CompiledPolicy, compile} from '../../policies/model/compile.ts';
import {makeEndpoint} from '../../policies/model/endpoint.ts';
import type {Caller, ConnectionIntent, RequestIntent} from '../../policies/model/intent.ts';
import type {CanonicalPath, Host, RuleKey} from '../../policies/model/names.ts';
import type {AddRule} from '../../policies/model/operation.ts';
import type {Endpoint, Matcher, NetworkRule, Policy} from '../../policies/model/policy.ts';
import type {ProtocolWord, Registry} from '../../policies/model/protocol.ts';
import {ok} from '../../policies/model/result.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads policy text without checking it: tests of what comes after the parser must not depend on it. */
export const readPolicy = (text: string): Policy => {
	const document = parse(text) as {network_policies?: Readonly<Record<string, Json>>};
	const rules = Object.entries(document.network_policies ?? {}).sort(([a], [b]) =>
		a < b ? -1 : 1,
	);
	return policyOf(Object.fromEntries(rules.map(([key, rule]) => [key, readRule(rule, key)])));
};

export const policyOf = (rules: Readonly<Record<string, NetworkRule>>): Policy => ({
	version: 1,
	network_policies: new Map(Object.entries(rules) as [RuleKey, NetworkRule][]),
	network_middlewares: new Map(),
});

export const readRule = (json: Json, name = 'rule'): NetworkRule => ({
	name: typeof json['name'] === 'string' ? json['name'] : name,
	endpoints: (json['endpoints'] as readonly Json[]).map(readEndpoint),
	binaries: (json['binaries'] ?? []) as NetworkRule['binaries'],
	match: [],
	not_match: [],
});

export const readAddRule = (json: Json): AddRule => ({
	ruleName: String(json['ruleName']),
	rule: readRule(json['rule'] as Json, ''),
});

export const readEndpoint = ({host, port, ports, rules, deny_rules, ...rest}: Json): Endpoint => {
	const {advisor_proposed: _, ...known} = rest;
	return makeEndpoint({
		...(known as Partial<Endpoint>),
		host: String(host ?? '').toLowerCase() as Host,
		ports: (ports as readonly number[] | undefined) ?? [port as number],
		rules: ((rules ?? []) as readonly {allow: Json}[]).map(({allow}) => ({
			allow: readMatcher(allow),
		})),
		deny_rules: ((deny_rules ?? []) as readonly Json[]).map(readMatcher),
	});
};

const readMatcher = ({query, ...rest}: Json): Matcher =>
	query === undefined
		? (rest as Matcher)
		: {
				...(rest as Matcher),
				query: new Map(Object.entries(query as Json).map(([key, value]) => [key, globsOf(value)])),
			};

const globsOf = (value: unknown): readonly string[] =>
	typeof value === 'string' ? [value] : (value as {any: readonly string[]}).any;

/** The built-in words, and a word that allows nothing for each protocol that is still to come. */
export const testWords: Registry = new Map([
	...['graphql', 'mcp', 'json-rpc', 'websocket', 'sql'].map((name): [string, ProtocolWord] => [
		name,
		{
			name,
			layer: 'l7',
			version: 'test',
			seesFirst: {kind: 'head'},
			parse: () => ok([]),
			missing: () => undefined,
		},
	]),
	...builtInWords,
]);

/** Throws where the policy does not compile: for tests that are about something else. */
export const compiled = (policy: Policy | string, words: Registry = testWords): CompiledPolicy => {
	const result = compile(typeof policy === 'string' ? readPolicy(policy) : policy, words);
	if (!result.ok) {
		throw new Error(JSON.stringify(result.error));
	}

	return result.value;
};

export const curl: Caller = {binary: '/usr/bin/curl', ancestors: []};

export const connectionTo = (
	host: string,
	port = 443,
	caller: Caller = curl,
): ConnectionIntent => ({kind: 'connection', host: host as Host, port, caller});

export const requestTo = (
	host: string,
	method: string,
	path: string,
	more: Partial<RequestIntent> = {},
): RequestIntent => ({
	kind: 'request',
	host: host as Host,
	port: 443,
	caller: curl,
	scheme: 'https',
	method,
	path: path as CanonicalPath,
	encodedSlash: path.includes('%2F'),
	query: new Map(),
	...more,
});
