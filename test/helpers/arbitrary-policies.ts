import fc from 'fast-check';
import {makeEndpoint} from '../../policies/model/endpoint.ts';
import type {Caller, Intent} from '../../policies/model/intent.ts';
import type {CanonicalPath, Host, RuleKey} from '../../policies/model/names.ts';
import type {AddRule} from '../../policies/model/operation.ts';
import type {Endpoint, Matcher, NetworkRule, Policy} from '../../policies/model/policy.ts';
import {policyOf} from './policies.ts';

/**
Small worlds in which rules meet: a few hosts, ports, binaries, methods and paths, so that random
policies and requests overlap most of the time.
*/
const hosts = ['a.ex.test', 'b.ex.test', 'x.a.ex.test', '*.ex.test', '**.ex.test', '*a.ex.test'];
const askedHosts = ['a.ex.test', 'b.ex.test', 'x.a.ex.test', 'ba.ex.test', 'a.other'];
const binaries = ['/usr/bin/a', '/usr/bin/b', '/usr/bin/*', '/usr/**', '/**', '/usr/bin/{b,c}'];
const programs = ['/usr/bin/a', '/usr/bin/b', '/usr/bin/c', '/usr/lib/x/y', '/opt/z'];
const methods = ['GET', 'HEAD', 'POST', 'DELETE', '*'];
const globs = ['**', '/**', '/v1/**', '/v1/*', '/v1/a', '/v1/?', '/*', '/', '/**/b', '/v1/a%2Fb'];
const paths = ['/', '/v1', '/v1/', '/v1/a', '/v1/a/b', '/b', '/v1/a%2Fb'];
const selectors = ['', '', '**', '/**', '/v1/**', '/v1/*', '/v1/a'];
const values = ['1', '12', '2', 'a.b'];
const valueGlobs = ['1*', '2', '*', 'a*b'];

const query = fc.dictionary(
	fc.constantFrom('k', 'q'),
	fc.array(fc.constantFrom(...valueGlobs), {minLength: 1, maxLength: 2}),
	{maxKeys: 2, noNullPrototype: true},
);

const matcher: fc.Arbitrary<Matcher> = fc.record({
	method: fc.constantFrom(...methods),
	path: fc.constantFrom(...globs),
	...{
		query: fc.option(
			query.map(entries => new Map(Object.entries(entries))),
			{nil: undefined},
		),
	},
}) as fc.Arbitrary<Matcher>;

const denyMatcher: fc.Arbitrary<Matcher> = matcher.chain(full =>
	fc.constantFrom(full, {method: full.method ?? '*'}, {path: full.path ?? '**'}),
);

const place = {
	host: fc.constantFrom(...hosts) as fc.Arbitrary<Host>,
	ports: fc.constantFrom([443], [80], [80, 443]),
};

const plain: fc.Arbitrary<Endpoint> = fc
	.record({...place, protocol: fc.constantFrom('', 'tcp'), tls: fc.constantFrom('', 'skip')})
	.map(given => makeEndpoint(given as Partial<Endpoint>));

const enforcement = fc.constantFrom('enforce', 'enforce', 'audit');

const restWith = (denies: number): fc.Arbitrary<Endpoint> =>
	fc
		.record({
			...place,
			path: fc.constantFrom(...selectors),
			enforcement,
			allow_encoded_slash: fc.boolean(),
			allows: fc.oneof(
				fc.record({access: fc.constantFrom('read-only', 'read-write', 'full')}),
				fc.record({
					rules: fc.array(
						matcher.map(allow => ({allow})),
						{minLength: 1, maxLength: 3},
					),
				}),
			),
			deny_rules: fc.array(denyMatcher, {maxLength: denies}),
		})
		.map(({allows, ...given}) =>
			makeEndpoint({...given, ...allows, protocol: 'rest'} as Partial<Endpoint>),
		);

const ruleOf = (endpoint: fc.Arbitrary<Endpoint>): fc.Arbitrary<NetworkRule> =>
	fc.record({
		name: fc.constant('rule'),
		endpoints: fc.array(endpoint, {minLength: 1, maxLength: 3}),
		binaries: fc
			.uniqueArray(fc.constantFrom(...binaries), {minLength: 1, maxLength: 3})
			.map(list => list.map(path => ({path}))),
		match: fc.constant([]),
		not_match: fc.constant([]),
	});

const keys = ['Zeta', 'alpha', 'beta', 'gamma', '__proto__'];

export const anyPolicy: fc.Arbitrary<Policy> = fc
	.uniqueArray(
		fc.tuple(fc.constantFrom(...keys), ruleOf(fc.oneof(plain, restWith(2), restWith(1)))),
		{
			maxLength: 4,
			selector: ([key]) => key,
		},
	)
	.map(rules => ({...policyOf({}), network_policies: new Map(rules as [RuleKey, NetworkRule][])}));

/** An operation of an agent: enforced, without flags, without deny rules. */
export const anyAddRule: fc.Arbitrary<AddRule> = fc.record({
	ruleName: fc.constantFrom(...keys, 'new'),
	rule: ruleOf(fc.oneof(plain, restWith(0), restWith(0))).map(rule => ({
		...rule,
		endpoints: rule.endpoints.map(endpoint => ({
			...endpoint,
			enforcement: 'enforce' as const,
			allow_encoded_slash: false,
		})),
	})),
});

const caller: fc.Arbitrary<Caller> = fc.record({
	binary: fc.constantFrom(...programs),
	ancestors: fc.array(fc.constantFrom(...programs), {maxLength: 2}),
});

const asked = {
	host: fc.constantFrom(...askedHosts) as fc.Arbitrary<Host>,
	port: fc.constantFrom(80, 443, 81),
	caller,
};

export const anyRequest = fc
	.record({
		kind: fc.constant('request' as const),
		...asked,
		scheme: fc.constantFrom('http' as const, 'https' as const),
		method: fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE', 'PATCH'),
		path: fc.constantFrom(...paths) as fc.Arbitrary<CanonicalPath>,
		query: fc
			.dictionary(
				fc.constantFrom('k', 'q', 'z'),
				fc.array(fc.constantFrom(...values), {maxLength: 2}),
				{
					noNullPrototype: true,
				},
			)
			.map(entries => new Map(Object.entries(entries))),
		upgrade: fc.oneof(
			{weight: 9, arbitrary: fc.constant(undefined)},
			{weight: 1, arbitrary: fc.constant('websocket')},
		),
	})
	.map(({upgrade, ...request}) => ({
		...request,
		encodedSlash: request.path.includes('%2F'),
		...(upgrade === undefined ? {} : {upgrade}),
	}));

export const anyIntent: fc.Arbitrary<Intent> = fc.oneof(
	fc.record({kind: fc.constant('connection' as const), ...asked}),
	anyRequest,
	anyRequest,
);
