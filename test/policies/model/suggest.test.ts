import test from 'ava';
import fc from 'fast-check';
import {builtInWords} from '../../../plugins/words.ts';
import {ambiguity} from '../../../policies/model/ambiguity.ts';
import {compile} from '../../../policies/model/compile.ts';
import {evaluate} from '../../../policies/model/evaluate.ts';
import type {Intent} from '../../../policies/model/intent.ts';
import {merge} from '../../../policies/model/merge.ts';
import {parseOperation} from '../../../policies/model/operation-parse.ts';
import {printOperation} from '../../../policies/model/operation-print.ts';
import type {Missing} from '../../../policies/model/protocol.ts';
import {same} from '../../../policies/model/same.ts';
import {suggest} from '../../../policies/model/suggest.ts';
import {anyIntent, anyPolicy} from '../../helpers/arbitrary-policies.ts';
import {compiled, connectionTo, readPolicy, requestTo} from '../../helpers/policies.ts';

const suggestFor = (text: string, intent: Intent): Missing | undefined => {
	const ready = compiled(text, builtInWords);
	return suggest(ready, intent, evaluate(ready, intent), builtInWords);
};

const shown = (missing: Missing | undefined) => {
	const endpoint = missing?.addRule.rule.endpoints[0];
	return (
		missing &&
		endpoint && {
			name: missing.addRule.ruleName,
			place: `${endpoint.host}:${endpoint.ports.join(',')}${endpoint.path}`,
			protocol: endpoint.protocol,
			tls: endpoint.tls,
			enforcement: endpoint.enforcement,
			rules: endpoint.rules.map(({allow}) => `${allow.method} ${allow.path}`),
			binaries: missing.addRule.rule.binaries.map(({path}) => path),
			isBroader: missing.isBroader,
		}
	);
};

const one = (endpoint: string, binary = '/usr/bin/curl'): string => `
version: 1
network_policies:
  one:
    endpoints: [{ host: api.example, port: 443, ${endpoint} }]
    binaries: [{ path: "${binary}" }]
`;

const put = requestTo('api.example', 'PUT', '/repos/o/r');
const exact = {
	name: 'allow_api_example_443',
	place: 'api.example:443',
	protocol: 'rest',
	tls: '',
	enforcement: 'enforce',
	rules: ['PUT /repos/o/r'],
	binaries: ['/usr/bin/curl'],
	isBroader: false,
};
const tunnel = {...exact, protocol: '', rules: [], isBroader: true};

test('a request to an unknown place is answered with exactly its rule', t => {
	t.deepEqual(shown(suggestFor('version: 1', put)), exact);
});

test('a refused request is answered with exactly its rule', t => {
	t.deepEqual(shown(suggestFor(one('protocol: rest, access: read-only'), put)), exact);
});

test('a rule for a path selector is suggested where the request is routed already', t => {
	t.like(shown(suggestFor(one('protocol: rest, access: read-only, path: /repos/**'), put)), {
		place: 'api.example:443/repos/**',
	});
	t.like(shown(suggestFor(one('protocol: rest, access: full, path: /v1/**'), put)), {
		place: 'api.example:443',
	});
});

test('a connection is answered with the place alone, which is broader (decision 21)', t => {
	t.deepEqual(shown(suggestFor('version: 1', connectionTo('api.example'))), tunnel);
});

test('a tunnel is suggested as the place is declared already (decision 21)', t => {
	const place = connectionTo('api.example');
	t.deepEqual(shown(suggestFor(one('tls: skip', '/opt/a'), place)), {...tunnel, tls: 'skip'});
	t.deepEqual(shown(suggestFor(one('protocol: tcp', '/opt/a'), place)), {
		...tunnel,
		protocol: 'tcp',
	});
	t.deepEqual(shown(suggestFor(one('', '/opt/a'), place)), tunnel);
});

test('a request beside a raw tunnel is answered with the tunnel, the only thing that can stand there', t => {
	t.deepEqual(shown(suggestFor(one('tls: skip', '/opt/a'), put)), {...tunnel, tls: 'skip'});
});

test('a secret in the path is not suggested back', t => {
	const secret = 'hT7kQ2mX9vR4bN8wL1zP';
	const missing = suggestFor('version: 1', requestTo('api.example', 'GET', `/hook/${secret}/x`));
	t.like(shown(missing), {rules: ['GET /hook/*/x'], isBroader: true});
	t.false(JSON.stringify(missing).includes(secret));
});

test('characters of a pattern in a path or a binary stand for themselves', t => {
	const odd = requestTo('api.example', 'GET', '/a*b', {
		caller: {binary: '/opt/[x]/{a,b}', ancestors: []},
	});
	t.like(shown(suggestFor('version: 1', odd)), {
		rules: ['GET /a\\*b'],
		binaries: ['/opt/\\[x\\]/\\{a,b\\}'],
	});
});

test('a query is never told, so beside a rule that asks for one the suggestion is broader', t => {
	const policy = one('protocol: rest, rules: [{allow: {method: GET, path: /s, query: {q: "a*"}}}]');
	const query = new Map([['q', ['hunter2']]]);
	const missing = suggestFor(policy, requestTo('api.example', 'GET', '/s', {query}));
	t.like(shown(missing), {rules: ['GET /s'], isBroader: true});
	t.is(missing?.addRule.rule.endpoints[0]?.rules[0]?.allow.query, undefined);
});

for (const [host, port] of [
	['metadata.google.internal', 80],
	['localhost', 443],
	['app.localhost', 443],
	['127.0.0.1', 443],
	['169.254.169.254', 80],
	['10.0.0.1', 443],
	['fd00::1', 443],
	['k8s.example', 6443],
] as const) {
	test(`nothing is suggested for ${host}:${port}, which no proposal can open`, t => {
		t.is(suggestFor('version: 1', connectionTo(host, port)), undefined);
		t.is(suggestFor('version: 1', requestTo(host, 'GET', '/', {port})), undefined);
	});
}

test('a method that a rule would read as a pattern is not suggested', t => {
	t.is(suggestFor(one('protocol: rest, access: read-only'), {...put, method: '*'}), undefined);
});

const helpless: ReadonlyArray<readonly [title: string, policy: string, intent: Intent]> = [
	['a deny rule', one('protocol: rest, access: full, deny_rules: [{method: PUT}]'), put],
	['an upgrade', one('protocol: rest, access: full'), {...put, upgrade: 'websocket'}],
	['a single request to a raw tunnel', one('tls: skip'), put],
	[
		'an encoded slash',
		one('protocol: rest, access: full'),
		requestTo('api.example', 'GET', '/a%2Fb'),
	],
	['a place with private addresses', one('allowed_ips: [10.0.0.0/8]', '/opt/a'), put],
	['what is allowed', one('protocol: rest, access: full'), put],
	['what is audited', one('protocol: rest, access: read-only, enforcement: audit'), put],
];

for (const [title, policy, intent] of helpless) {
	test(`nothing is suggested for ${title}`, t => {
		t.is(suggestFor(policy, intent), undefined);
	});
}

test('a rule that has the generated name and may not be joined gets a neighbour', t => {
	const policy = one('protocol: rest, access: read-only', '/opt/a').replace(
		'one:',
		'allow_api_example_443:',
	);
	t.like(shown(suggestFor(policy, put)), {name: 'allow_api_example_443_2', isBroader: false});
});

test('a suggestion does not join a rule that gives more than was asked', t => {
	const get = requestTo('api.example', 'GET', '/a');
	const policy = one(
		'protocol: rest, rules: [{allow: {method: GET, path: /a}}, {allow: {method: POST, path: /b}}]',
		'/opt/a',
	);
	const missing = suggestFor(policy, get);
	t.like(shown(missing), {rules: ['GET /a'], isBroader: false});
	const merged = missing && merge(readPolicy(policy), {addRule: missing.addRule});
	t.is<string | undefined, string>(merged?.ok ? merged.value.landed : '', 'allow_api_example_443');
});

test('a very long host still makes a name that an agent may use', t => {
	const host = `${'long-label.'.repeat(12)}example`;
	const name = suggestFor('version: 1', requestTo(host, 'GET', '/'))?.addRule.ruleName ?? '';
	t.regex(name, /^allow_long_label_[a-z0-9_]*_443$/);
	t.is(name.length, 64);
});

test('every suggestion may be posted as it is, merges, is not ambiguous and admits its intent', t => {
	let suggestions = 0;
	fc.assert(
		fc.property(anyPolicy, anyIntent, (policy, intent) => {
			const ready = compiled(policy, builtInWords);
			const decision = evaluate(ready, intent);
			const missing = suggest(ready, intent, decision, builtInWords);
			fc.pre(missing !== undefined);
			suggestions++;
			const merged = missing && merge(policy, {addRule: missing.addRule});
			const after = merged?.ok ? compile(merged.value.policy, builtInWords) : undefined;
			const {host, port, caller} = intent;
			const place: Intent = {kind: 'connection', host, port, caller};
			const posted = missing && printOperation({addRule: missing.addRule});
			const accepted = parseOperation(posted, {author: 'agent'});
			const asked = missing?.addRule.rule.endpoints[0]?.protocol === 'rest' ? intent : place;
			return (
				decision.kind === 'deny' &&
				accepted.ok &&
				same(accepted.value.addRule, missing?.addRule) &&
				after?.ok === true &&
				['allow', 'inspect'].includes(evaluate(after.value, asked).kind) &&
				merged?.ok === true &&
				ambiguity(merged.value.policy, merged.value.landed).length <=
					ambiguity(policy, merged.value.landed).length
			);
		}),
		{numRuns: 1000, seed: 20_260_823},
	);
	t.true(suggestions > 300);
});

test('a suggestion reads one place of a large policy, not all of it', t => {
	const many = Array.from(
		{length: 1000},
		(_, index) => `
  r${index}: { endpoints: [{ host: h${index}.example, port: 443, protocol: rest, access: full }], binaries: [{ path: /a }] }`,
	).join('');
	const ready = compiled(readPolicy(`version: 1\nnetwork_policies:${many}`), builtInWords);
	const intent = requestTo('h5.example', 'PUT', '/x');
	t.like(shown(suggest(ready, intent, evaluate(ready, intent), builtInWords)), {
		name: 'allow_h5_example_443',
	});
});
