import test from 'ava';
import {rest} from '../../../plugins/rest/protocol.ts';
import type {Clause} from '../../../policies/model/protocol.ts';
import {connectionTo, readEndpoint, requestTo} from '../../helpers/policies.ts';

const parse = (endpoint: object) =>
	rest.parse(readEndpoint({host: 'h.example', port: 443, protocol: 'rest', ...endpoint}));

const clauses = (endpoint: object): readonly Clause[] => {
	const parsed = parse(endpoint);
	if (!parsed.ok) {
		throw new Error(JSON.stringify(parsed.error));
	}

	return parsed.value;
};

const hits = (endpoint: object, effect: 'allow' | 'deny') => (line: string) => {
	const [method = '', target = ''] = line.split(' ');
	const url = new URL(target, 'http://h.example');
	const query = new Map(
		[...url.searchParams.keys()].map(key => [key, url.searchParams.getAll(key)]),
	);
	return clauses(endpoint)
		.filter(clause => clause.effect === effect)
		.some(clause => clause.match(requestTo('h.example', method, url.pathname, {query})) === 'hit');
};

const presets: ReadonlyArray<readonly [access: string, methods: string]> = [
	['read-only', 'GET HEAD OPTIONS'],
	['read-write', 'GET HEAD OPTIONS POST PUT PATCH'],
	['full', 'GET HEAD OPTIONS POST PUT PATCH DELETE TRACE PROPFIND'],
];

for (const [access, methods] of presets) {
	test(`access: ${access} allows ${methods} on any path`, t => {
		const allows = hits({access}, 'allow');
		const asked = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'];
		t.is(asked.filter(method => allows(`${method} /a/b/`)).join(' '), methods);
	});
}

const allow = (matcher: object) => ({rules: [{allow: {method: 'GET', path: '**', ...matcher}}]});
const deny = (matcher: object) => ({access: 'full', deny_rules: [matcher]});

const rows: ReadonlyArray<
	readonly [title: string, endpoint: object, effect: 'allow' | 'deny', hit: string, miss: string]
> = [
	['a method whatever its case', allow({method: 'post'}), 'allow', 'POST /', 'PUT /'],
	['HEAD by GET', allow({}), 'allow', 'HEAD /', 'OPTIONS /'],
	['HEAD by GET in a deny rule', deny({method: 'GET'}), 'deny', 'HEAD /', 'POST /'],
	['HEAD, but not GET by HEAD', allow({method: 'HEAD'}), 'allow', 'HEAD /', 'GET /'],
	['one segment by *', allow({path: '/a/*'}), 'allow', 'GET /a/b', 'GET /a/b/c'],
	['every path where a deny rule names none', deny({method: 'POST'}), 'deny', 'POST /x/y', 'GET /'],
	[
		'every method where a deny rule names none',
		deny({path: '/x'}),
		'deny',
		'PROPFIND /x',
		'GET /y',
	],
	['a query value', allow({query: {tag: 'v1*'}}), 'allow', 'GET /?tag=v1.2', 'GET /?tag=v2'],
	[
		'one of several values',
		allow({query: {tag: {any: ['a', 'b']}}}),
		'allow',
		'GET /?tag=b',
		'GET /?tag=c',
	],
	[
		'a query only when the key is there',
		allow({query: {tag: '*'}}),
		'allow',
		'GET /?tag=',
		'GET /?x=1',
	],
	[
		'a query when all values match',
		allow({query: {tag: 'a*'}}),
		'allow',
		'GET /?tag=a&tag=ab',
		'GET /?tag=a&tag=b',
	],
	[
		'a query with other keys beside',
		allow({query: {tag: 'a'}}),
		'allow',
		'GET /?tag=a&x=1',
		'GET /?TAG=a',
	],
	['all keys', allow({query: {a: '1', b: '2'}}), 'allow', 'GET /?a=1&b=2', 'GET /?a=1'],
	[
		'a denied query when any value matches',
		deny({query: {f: 'true'}}),
		'deny',
		'GET /?f=no&f=true',
		'GET /?f=no',
	],
	[
		'a denied query only when every key matches',
		deny({query: {a: '1', b: '2'}}),
		'deny',
		'GET /?a=1&b=2',
		'GET /?a=1&b=3',
	],
];

for (const [title, endpoint, effect, hit, miss] of rows) {
	test(`matches ${title}`, t => {
		const matches = hits(endpoint, effect);
		t.true(matches(hit), hit);
		t.false(matches(miss), miss);
	});
}

test('explicit rules take the place of a preset', t => {
	t.deepEqual(
		clauses({access: 'full', ...allow({path: '/a'})}).map(clause => clause.explain()),
		['GET /a'],
	);
});

test('a clause tells the prover exactly what it matches', t => {
	const [first, second] = clauses({
		rules: [{allow: {method: 'get', path: '/a', query: {k: '1*'}}}],
		deny_rules: [{method: '*'}],
	});
	t.deepEqual(first?.language(), {
		methods: ['GET'],
		path: '/a',
		query: new Map([['k', ['1*']]]),
	});
	t.deepEqual(second?.language(), {methods: 'any', path: '**', query: new Map()});
});

const faults: ReadonlyArray<readonly [kind: string, endpoint: object, at: string]> = [
	['MissingPath', allow({path: undefined}), 'rules[0].allow'],
	['MissingPath', {rules: [...allow({}).rules, ...allow({path: ''}).rules]}, 'rules[1].allow'],
	['MissingMethod', allow({method: undefined}), 'rules[0].allow'],
	['UnclosedClass', allow({path: '/[a'}), 'rules[0].allow.path'],
	['UnclosedChoice', allow({query: {k: '{a'}}), 'rules[0].allow.query.k'],
	['UnclosedClass', deny({path: '/[a'}), 'deny_rules[0].path'],
	['EmptyQueryMatcher', allow({query: {k: {any: []}}}), 'rules[0].allow.query.k'],
	['UnsupportedMatcher', allow({operation_type: 'query'}), 'rules[0].allow.operation_type'],
	['UnsupportedMatcher', deny({tool: 'x'}), 'deny_rules[0].tool'],
];

for (const [kind, endpoint, at] of faults) {
	test(`refuses ${kind} at ${at}`, t => {
		t.like(parse(endpoint), {ok: false, error: [{severity: 'error', kind, at}]});
	});
}

test('a connection has no requests to suggest a rule for', t => {
	t.is(rest.missing(connectionTo('h.example'), {endpoints: []}), undefined);
});
