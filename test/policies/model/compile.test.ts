import test from 'ava';
import {builtInWords} from '../../../plugins/words.ts';
import {
	maxBinariesPerRule,
	maxClausesPerEndpoint,
	maxEndpointsPerPlace,
	maxPatternsPerPort,
	maxPlaces,
} from '../../../policies/model/compile/limits.ts';
import {compile, endpointsAt} from '../../../policies/model/compile.ts';
import {makeEndpoint} from '../../../policies/model/endpoint.ts';
import {evaluate} from '../../../policies/model/evaluate.ts';
import type {Host} from '../../../policies/model/names.ts';
import type {NetworkRule} from '../../../policies/model/policy.ts';
import {compiled, connectionTo, policyOf, readPolicy, readRule} from '../../helpers/policies.ts';

const rule = (endpoints: readonly object[], binaries = ['/usr/bin/curl']): NetworkRule =>
	readRule({endpoints, binaries: binaries.map(path => ({path}))});

const problemsOf = (rules: Readonly<Record<string, NetworkRule>>) => {
	const result = compile(policyOf(rules), builtInWords);
	return result.ok ? [] : result.error;
};

test('a protocol word that is not loaded is a load error that says so', t => {
	t.deepEqual(
		problemsOf({db: rule([{host: 'db.example', port: 1, protocol: 'sql', access: 'full'}])}),
		[
			{
				severity: 'error',
				kind: 'UnknownProtocol',
				message:
					"protocol 'sql' is not known here (known: rest, tcp); load the plugin that brings it, or use one that is known",
				at: 'network_policies.db.endpoints[0].protocol',
			},
		],
	);
});

const faults: ReadonlyArray<readonly [kind: string, rule: NetworkRule, at: string]> = [
	[
		'RulesWithoutProtocol',
		rule([{host: 'a.example', port: 1, access: 'full'}]),
		'endpoints[0].protocol',
	],
	[
		'RulesWithoutProtocol',
		rule([{host: 'a.example', port: 1, deny_rules: [{method: 'GET'}]}]),
		'endpoints[0].protocol',
	],
	['MissingEndpointHost', rule([{port: 1}]), 'endpoints[0].host'],
	[
		'UnclosedClass',
		rule([
			{host: 'a.example', port: 1},
			{host: 'a.example', port: 1, protocol: 'rest', path: '/[', access: 'full'},
		]),
		'endpoints[1].path',
	],
	['UnclosedChoice', rule([{host: 'a.example', port: 1}], ['/ok', '/{a']), 'binaries[1].path'],
	[
		'MissingPath',
		rule([{host: 'a.example', port: 1, protocol: 'rest', rules: [{allow: {method: 'GET'}}]}]),
		'endpoints[0].rules[0].allow',
	],
];

for (const [index, [kind, broken, at]] of faults.entries()) {
	test(`refuses ${kind} and says where (${index + 1})`, t => {
		t.like(problemsOf({fine: rule([{host: 'b.example', port: 1}]), broken}), [
			{severity: 'error', kind, at: `network_policies.broken.${at}`},
		]);
	});
}

test('every problem is told, not only the first', t => {
	const unknown = rule([{host: 'a.example', port: 1, protocol: 'x'}, {port: 1}], ['/[']);
	t.deepEqual(
		problemsOf({a: unknown, b: unknown}).map(({at}) => at),
		[
			'network_policies.a.binaries[0].path',
			'network_policies.a.endpoints[0].protocol',
			'network_policies.a.endpoints[1].host',
			'network_policies.b.binaries[0].path',
			'network_policies.b.endpoints[0].protocol',
			'network_policies.b.endpoints[1].host',
		],
	);
});

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
	Array.from({length: count}, (_, index) => make(index));

const bounds: ReadonlyArray<
	readonly [kind: string, bound: number, make: (count: number) => NetworkRule]
> = [
	[
		'TooManyBinaries',
		maxBinariesPerRule,
		count => rule([{host: 'a.example', port: 1}], [...times(count, index => `/b${index}`)]),
	],
	[
		'TooManyRules',
		maxClausesPerEndpoint,
		count =>
			rule([
				{
					host: 'a.example',
					port: 1,
					protocol: 'rest',
					rules: times(count, index => ({allow: {method: 'GET', path: `/${index}`}})),
				},
			]),
	],
	[
		'TooManyEndpoints',
		maxEndpointsPerPlace,
		count => rule(times(count, () => ({host: 'a.example', port: 1}))),
	],
	[
		'TooManyHostPatterns',
		maxPatternsPerPort,
		count => rule(times(count, index => ({host: `*.a${index}.example`, port: 1}))),
	],
	[
		'TooManyEndpoints',
		maxPlaces,
		count => rule(times(count, index => ({host: `a${index}.example`, port: 1}))),
	],
];

for (const [kind, bound, make] of bounds) {
	test(`${kind}: ${bound} load, one more does not (X34)`, t => {
		t.deepEqual(problemsOf({a: make(bound)}), []);
		t.deepEqual(
			problemsOf({a: make(bound + 1)}).map(problem => problem.kind),
			[kind],
		);
	});
}

const hosts = [
	'a.example',
	'*.b.example',
	'*-api.c.example',
	'**.d.example',
	'*.s3.*.e.example',
	'localhost',
	'2001:db8::1',
];
const places: ReadonlyArray<readonly [host: string, pattern: string | undefined]> = [
	['a.example', 'a.example'],
	['x.a.example', undefined],
	['x.b.example', '*.b.example'],
	['b.example', undefined],
	['x.y.b.example', undefined],
	['my-api.c.example', '*-api.c.example'],
	['x.y.d.example', '**.d.example'],
	['x.s3.eu.e.example', '*.s3.*.e.example'],
	['localhost', 'localhost'],
	['2001:db8::1', '2001:db8::1'],
	['example', undefined],
];

for (const [host, pattern] of places) {
	test(`the index finds ${pattern ?? 'nothing'} for ${host}`, t => {
		const ready = compiled(policyOf({all: rule(hosts.map(name => ({host: name, port: 443})))}));
		t.deepEqual<readonly string[], readonly string[]>(
			endpointsAt(ready, host as Host, 443).map(endpoint => endpoint.host),
			pattern === undefined ? [] : [pattern],
		);
		t.deepEqual(endpointsAt(ready, host as Host, 80), []);
	});
}

test('the smallest key is reported, whatever the order and the kind of host', t => {
	const policy = readPolicy(`
version: 1
network_policies:
  b: { endpoints: [{ host: a.example, port: 443 }], binaries: [{ path: /usr/bin/curl }] }
  a: { endpoints: [{ host: "*.a.example", port: 443 }, { host: "*.example", port: 443 }], binaries: [{ path: /usr/bin/curl }] }
  B: { endpoints: [{ host: a.example, port: 443 }], binaries: [{ path: /opt/other }] }
`);
	const reversed = {...policy, network_policies: new Map([...policy.network_policies].reverse())};
	for (const one of [policy, reversed]) {
		t.like(evaluate(compiled(one), connectionTo('a.example')), {rule: 'a'});
	}
});

test('an endpoint for any host answers for any host on its port', t => {
	const ready = compiled(policyOf({any: rule([{port: 9443, allowed_ips: ['10.0.0.0/8']}])}));
	t.is(endpointsAt(ready, 'x.test' as Host, 9443).length, 1);
	t.is(endpointsAt(ready, 'x.test' as Host, 443).length, 0);
});

test('a rule without binaries speaks for nobody', t => {
	const ready = compiled(
		policyOf({
			one: {
				...rule([]),
				endpoints: [makeEndpoint({host: 'a.example' as Host, ports: [443]})],
				binaries: [],
			},
		}),
	);
	t.like(evaluate(ready, connectionTo('a.example')), {code: 'binary_not_allowed'});
});

test('a policy that needs a middleware is refused, because none runs here', t => {
	const withMiddleware = (on_error: '' | 'fail_closed' | 'fail_open') =>
		compile(
			{
				...policyOf({}),
				network_middlewares: new Map([
					[
						'redactor',
						{
							name: 'redactor',
							middleware: 'openshell/regex',
							order: 0,
							config: {},
							on_error,
							endpoints: {include: ['api.example.com'], exclude: []},
						},
					],
				]),
			},
			builtInWords,
		);
	for (const on_error of ['', 'fail_closed'] as const) {
		const result = withMiddleware(on_error);
		t.like(result.ok ? [] : result.error, [
			{kind: 'MiddlewareNotRun', at: 'network_middlewares.redactor'},
		]);
	}

	t.true(withMiddleware('fail_open').ok);
});
