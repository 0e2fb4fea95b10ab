import {readFileSync} from 'node:fs';
import test from 'ava';
import {compile} from '../../../policies/model/compile.ts';
import {evaluate} from '../../../policies/model/evaluate.ts';
import type {Intent} from '../../../policies/model/intent.ts';
import type {ProtocolWord} from '../../../policies/model/protocol.ts';
import {ok} from '../../../policies/model/result.ts';
import {
	compiled,
	connectionTo,
	curl,
	readPolicy,
	requestTo,
	testWords,
} from '../../helpers/policies.ts';
import {contractVectors, overruledVectors, packageRoot} from '../../helpers/vectors.ts';

type Vector = {
	readonly id: string;
	readonly policy: string;
	readonly request: {
		readonly binary: string;
		readonly ancestors: readonly string[];
		readonly host: string;
		readonly port: number;
		readonly method?: string;
		readonly path?: string;
		readonly query?: Readonly<Record<string, readonly string[]>>;
		readonly graphql?: unknown;
		readonly jsonrpc?: unknown;
	};
	readonly expect: 'allow' | 'deny';
	readonly matched_policy: string | null;
	readonly denied_at: 'l4' | 'l7' | 'l7_route' | null;
	readonly forwarded: boolean;
	readonly reason?: string;
};

const policies = (
	JSON.parse(readFileSync(new URL('test/vectors/contract-vectors.json', packageRoot), 'utf8')) as {
		policies: Readonly<Record<string, string>>;
	}
).policies;

const intentOf = ({request}: Vector): Intent => {
	const {host, port, method, path} = request;
	const caller = {binary: request.binary, ancestors: request.ancestors};
	return method === undefined
		? connectionTo(host, port, caller)
		: requestTo(host, method.toUpperCase(), path ?? '/', {
				port,
				caller,
				query: new Map(Object.entries(request.query ?? {})),
			});
};

const isRest = ({request}: Vector): boolean => !request.graphql && !request.jsonrpc;

for (const vector of contractVectors<Vector>('l7_decisions').filter(isRest)) {
	test(`decides as upstream: ${vector.id}`, t => {
		const decision = evaluate(compiled(policies[vector.policy] ?? ''), intentOf(vector));
		t.is(decision.kind === 'allow' || decision.kind === 'inspect', vector.expect === 'allow');
		t.is(decision.kind !== 'deny', vector.forwarded);
		t.is<string | null, string | null>(decision.rule ?? null, vector.matched_policy);
		t.is(decision.layer, vector.denied_at === 'l4' ? 'l4' : decision.layer);
		if (decision.kind === 'deny') {
			t.is(vector.denied_at === 'l7_route', decision.reason.startsWith('no L7 endpoint path'));
			t.is(decision.reason, vector.reason ?? decision.reason);
		}
	});
}

const overruled = new Map(
	overruledVectors<Vector>('l7_decisions').map(vector => [vector.id, vector]),
);

const overruledDecision = (id: string) => {
	const vector = overruled.get(id);
	return vector && evaluate(compiled(policies[vector.policy] ?? ''), intentOf(vector));
};

test('an endpoint that does not say audit enforces (decision 1)', t => {
	t.like(overruledDecision('l7-022'), {kind: 'deny', code: 'not_permitted'});
});

test('a deny rule without a path denies every path (decision 3)', t => {
	t.like(overruledDecision('l7-042'), {kind: 'deny', code: 'deny_rule'});
	t.like(overruledDecision('l7-048'), {kind: 'deny', code: 'deny_rule'});
});

test('an endpoint path is the same glob as every other (decision 4)', t => {
	t.like(overruledDecision('l7-056'), {kind: 'deny', code: 'no_endpoint_path'});
});

const badPolicy = compile(
	readPolicy(policies['badpreset']?.replace('readonly', 'full') ?? ''),
	testWords,
);

test('a policy with an allow rule that has no path does not load (decision 3)', t => {
	t.deepEqual(
		[...overruled.keys()].filter(id => id >= 'l7-090'),
		['l7-090', 'l7-092', 'l7-093'],
	);
	t.like(badPolicy, {
		ok: false,
		error: [{kind: 'MissingPath', at: 'network_policies.pathless.endpoints[0].rules[0].allow'}],
	});
});

const place = (endpoint: string, more = ''): string => `
version: 1
network_policies:
  one:
    endpoints: [{ host: h.example, port: 443, ${endpoint} }]
    binaries: [{ path: /usr/bin/curl }]
${more}`;

const beside = (endpoint: string, binary = '/usr/bin/curl'): string => `
  two:
    endpoints: [{ host: h.example, port: 443, ${endpoint} }]
    binaries: [{ path: ${binary} }]
`;

test('an empty policy allows nothing', t => {
	t.deepEqual(evaluate(compiled('version: 1'), connectionTo('h.example')), {
		kind: 'deny',
		layer: 'l4',
		code: 'no_endpoint',
		reason: 'network connections not allowed by policy',
	});
});

test('a place that no endpoint names is closed', t => {
	const policy = compiled(place('access: ""'));
	t.like(evaluate(policy, connectionTo('other.example')), {
		kind: 'deny',
		code: 'no_endpoint',
		reason: 'endpoint other.example:443 is not allowed by any policy',
	});
	t.like(evaluate(policy, connectionTo('h.example', 80)), {kind: 'deny', code: 'no_endpoint'});
	t.like(evaluate(policy, requestTo('other.example', 'GET', '/')), {
		layer: 'l4',
		code: 'no_endpoint',
	});
	t.like(evaluate(policy, connectionTo('2001:db8::1')), {
		reason: 'endpoint [2001:db8::1]:443 is not allowed by any policy',
	});
});

test('a rule speaks for its binaries and what they start, and names itself to others', t => {
	const policy = compiled(place('access: ""', beside('access: ""', '/opt/a')));
	const evil = {binary: '/tmp/evil', ancestors: ['/bin/sh', '/init']};
	t.deepEqual(evaluate(policy, connectionTo('h.example', 443, evil)), {
		kind: 'deny',
		layer: 'l4',
		code: 'binary_not_allowed',
		reason:
			"binary '/tmp/evil' not allowed in policy 'one' (ancestors: [/bin/sh -> /init], cmdline: []); binary '/tmp/evil' not allowed in policy 'two' (ancestors: [/bin/sh -> /init], cmdline: [])",
	});
	const child = {binary: '/tmp/evil', ancestors: ['/bin/sh', '/usr/bin/curl']};
	t.is(evaluate(policy, connectionTo('h.example', 443, child)).kind, 'allow');
});

test('a reason names eight policies and counts the rest', t => {
	const rules = Array.from({length: 11}, (_, index) =>
		beside('access: ""').replace('two', `r${index + 10}`),
	);
	const policy = compiled(`version: 1\nnetwork_policies:${rules.join('')}`);
	const decision = evaluate(policy, connectionTo('h.example', 443, {...curl, binary: '/x'}));
	t.true(decision.kind === 'deny' && decision.reason.endsWith('cmdline: []); and 3 more policies'));
});

const tunnels: ReadonlyArray<readonly [title: string, policy: string, expected: object]> = [
	['an endpoint without a protocol is peeked', place(''), {kind: 'allow', tunnel: 'peek'}],
	['an explicit tcp endpoint is peeked', place('protocol: tcp'), {kind: 'allow', tunnel: 'peek'}],
	['tls: skip is raw', place('tls: skip'), {kind: 'allow', tunnel: 'raw'}],
	[
		'one endpoint that does not skip is enough to peek',
		place('tls: skip', beside('')),
		{kind: 'allow', tunnel: 'peek', rule: 'one'},
	],
	[
		'an inspected endpoint wins over others (decision 6)',
		place('tls: skip', beside('protocol: rest, access: full')),
		{kind: 'inspect', layer: 'l4', rule: 'one'},
	],
	[
		'an inspected endpoint of another binary does not matter',
		place('', beside('protocol: rest, access: full', '/opt/a')),
		{kind: 'allow', tunnel: 'peek'},
	],
];

for (const [title, policy, expected] of tunnels) {
	test(`on a connection ${title}`, t => {
		t.like(evaluate(compiled(policy), connectionTo('h.example')), expected);
	});
}

const get = requestTo('h.example', 'GET', '/a');
const readOnly = 'protocol: rest, access: read-only';

const requests: ReadonlyArray<
	readonly [title: string, policy: string, request: Intent, expected: object]
> = [
	['to a raw tunnel is denied', place('tls: skip'), get, {layer: 'l4', code: 'raw_tunnel_only'}],
	['to a place that is not inspected passes', place(''), get, {kind: 'allow', layer: 'l4'}],
	[
		'that a rule allows passes',
		place(readOnly),
		get,
		{kind: 'allow', layer: 'l7', because: 'GET **'},
	],
	[
		'that no rule allows is denied',
		place(readOnly),
		requestTo('h.example', 'POST', '/a'),
		{
			kind: 'deny',
			layer: 'l7',
			rule: 'one',
			code: 'not_permitted',
			reason: 'POST /a not permitted by policy',
		},
	],
	[
		'that wants an upgrade is denied',
		place('protocol: rest, access: full'),
		{...get, upgrade: 'websocket'},
		{kind: 'deny', layer: 'l7', code: 'upgrade_not_allowed'},
	],
	[
		'that wants an upgrade is denied even under audit',
		place('protocol: rest, access: full, enforcement: audit'),
		{...get, upgrade: 'h2c'},
		{kind: 'deny', code: 'upgrade_not_allowed'},
	],
	[
		'that wants an upgrade is denied where nothing is inspected',
		place(''),
		{...get, upgrade: 'websocket'},
		{kind: 'deny', code: 'upgrade_not_allowed'},
	],
	[
		'outside the only endpoint path is denied in the words of the contract',
		place('protocol: rest, access: full, path: /v1/**'),
		requestTo('h.example', 'GET', '/v1'),
		{kind: 'deny', code: 'no_endpoint_path', reason: 'GET /v1 not permitted by policy'},
	],
	[
		'outside every endpoint path is denied even under audit',
		place('protocol: rest, access: full, path: /v1/**, enforcement: audit'),
		get,
		{kind: 'deny', code: 'no_endpoint_path'},
	],
	[
		'that a less specific endpoint allows passes',
		place(readOnly, beside('protocol: rest, path: /a, rules: [{allow: {method: POST, path: /a}}]')),
		get,
		{kind: 'allow', layer: 'l7'},
	],
	[
		'that any endpoint in scope denies is denied',
		place(
			'protocol: rest, access: full',
			beside('protocol: rest, path: /a, access: full, deny_rules: [{method: GET, path: /a}]'),
		),
		get,
		{kind: 'deny', code: 'deny_rule', reason: 'GET /a blocked by deny rule'},
	],
	[
		'is not denied by an endpoint whose path does not cover it',
		place(
			'protocol: rest, access: full',
			beside('protocol: rest, path: /b, access: full, deny_rules: [{method: GET, path: "**"}]'),
		),
		get,
		{kind: 'allow'},
	],
	[
		'is not denied by a rule of another binary',
		place(
			'protocol: rest, access: full',
			beside('protocol: rest, access: full, deny_rules: [{method: GET}]', '/opt/a'),
		),
		get,
		{kind: 'allow'},
	],
	[
		'refused where every endpoint in scope audits is forwarded',
		place('protocol: rest, access: read-only, enforcement: audit'),
		requestTo('h.example', 'POST', '/a'),
		{kind: 'audit', layer: 'l7', rule: 'one', code: 'not_permitted'},
	],
	[
		'blocked where every endpoint in scope audits is forwarded',
		place('protocol: rest, access: full, enforcement: audit, deny_rules: [{method: POST}]'),
		requestTo('h.example', 'POST', '/a'),
		{kind: 'audit', code: 'deny_rule'},
	],
	[
		'refused where one endpoint in scope enforces is denied (decision 6)',
		place(
			'protocol: rest, access: read-only, enforcement: audit, path: /a',
			beside('protocol: rest, access: read-only'),
		),
		requestTo('h.example', 'POST', '/a'),
		{kind: 'deny', code: 'not_permitted'},
	],
	[
		'refused where only an endpoint out of scope enforces is forwarded',
		place(
			'protocol: rest, access: read-only, enforcement: audit, path: /a',
			beside('protocol: rest, access: read-only, path: /b'),
		),
		requestTo('h.example', 'POST', '/a'),
		{kind: 'audit'},
	],
	[
		'with an encoded slash needs an endpoint that allows it',
		place('protocol: rest, access: full'),
		requestTo('h.example', 'GET', '/a%2Fb'),
		{kind: 'deny', code: 'malformed_target'},
	],
	[
		'with an encoded slash passes where its endpoint allows it',
		place('protocol: rest, access: full, allow_encoded_slash: true'),
		requestTo('h.example', 'GET', '/a%2Fb'),
		{kind: 'allow'},
	],
	[
		'with an encoded slash asks the most specific endpoint',
		place(
			'protocol: rest, access: full, allow_encoded_slash: true',
			beside('protocol: rest, access: full, path: "/a%2F*"'),
		),
		requestTo('h.example', 'GET', '/a%2Fb'),
		{kind: 'deny', code: 'malformed_target'},
	],
	[
		'with an encoded slash is not allowed by an endpoint that did not opt in',
		place(
			'protocol: rest, access: full',
			beside(
				'protocol: rest, path: "/a%2F*", allow_encoded_slash: true, rules: [{allow: {method: PUT, path: "**"}}]',
			),
		),
		requestTo('h.example', 'GET', '/a%2Fb'),
		{kind: 'deny', code: 'not_permitted'},
	],
	[
		'of another protocol than its most specific endpoint is not rescued by a broader one',
		place('protocol: rest, access: full', beside('protocol: graphql, path: /a')),
		get,
		{kind: 'deny', code: 'not_permitted'},
	],
];

for (const [title, policy, request, expected] of requests) {
	test(`a request ${title}`, t => {
		t.like(evaluate(compiled(policy), request), expected);
	});
}

test('what looks like a secret in a path is not repeated in a reason', t => {
	const secret = 'hT7kQ2mX9vR4bN8wL1zP';
	const decision = evaluate(
		compiled(place(readOnly)),
		requestTo('h.example', 'POST', `/hooks/${secret}`),
	);
	t.true(decision.kind === 'deny' && !decision.reason.includes(secret));
});

const unsure = (effect: 'allow' | 'deny'): ProtocolWord => ({
	name: 'unsure',
	layer: 'l7',
	version: '1',
	seesFirst: {kind: 'head'},
	parse: () =>
		ok([
			{
				effect: 'allow',
				match: () => (effect === 'deny' ? 'hit' : 'unknown'),
				explain: () => '',
				language: () => undefined,
			},
			{
				effect: 'deny',
				match: () => (effect === 'deny' ? 'unknown' : 'miss'),
				explain: () => '',
				language: () => undefined,
			},
		]),
	missing: () => undefined,
});

for (const effect of ['allow', 'deny'] as const) {
	test(`a word that cannot tell on ${effect} denies, even under audit`, t => {
		const words = new Map([['unsure', unsure(effect)]]);
		const policy = compiled(place('protocol: unsure, enforcement: audit'), words);
		t.like(evaluate(policy, get), {kind: 'deny', reason: 'request denied by policy'});
	});
}
