import test from 'ava';
import {parseOperation} from '../../../policies/model/operation-parse.ts';
import {printOperation} from '../../../policies/model/operation-print.ts';
import type {Problem} from '../../../policies/model/policy.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type LocalVector = {
	readonly id: string;
	readonly request: {
		readonly method: string;
		readonly path: string;
		readonly body?: string | {readonly operations?: readonly unknown[]};
	};
	readonly expect: {readonly status: number; readonly json_equals?: {readonly detail?: string}};
};

const endpoint = {
	host: 'api.github.com',
	port: 443,
	protocol: 'rest',
	rules: [{allow: {method: 'POST', path: '/user/repos'}}],
};
const binaries = [{path: '/usr/bin/gh'}];

const operationWith = (more: object, rule: object = {}) => ({
	addRule: {ruleName: 'r', rule: {endpoints: [{...endpoint, ...more}], binaries, ...rule}},
});

const errorsOf = (json: unknown, author: 'agent' | 'operator' = 'agent'): readonly Problem[] => {
	const parsed = parseOperation(json, {author});
	return parsed.ok ? [] : parsed.error;
};

for (const {id, request, expect} of contractVectors<LocalVector>('policy_local')) {
	if (request.method === 'POST' && typeof request.body === 'object' && expect.status !== 404) {
		test(`${id}: ${expect.json_equals?.detail ?? 'is accepted'}`, t => {
			const [operation] = (request.body as {operations: readonly unknown[]}).operations;
			t.is(errorsOf(operation)[0]?.message, expect.json_equals?.detail);
		});
	}
}

const refused: ReadonlyArray<readonly [title: string, json: unknown, kind: string, at: string]> = [
	['no object', 'addRule', 'UnsupportedOperation', ''],
	['nothing', null, 'UnsupportedOperation', ''],
	['another operation', {removeRule: {ruleName: 'x'}}, 'UnsupportedOperation', ''],
	[
		'a second operation beside it',
		{...operationWith({}), removeRule: {ruleName: 'x'}},
		'UnknownKey',
		'removeRule',
	],
	['no rule', {addRule: {ruleName: 'r'}}, 'MissingKey', 'addRule.rule'],
	[
		'an unknown key',
		{addRule: {...operationWith({}).addRule, note: 'x'}},
		'UnknownKey',
		'addRule.note',
	],
	[
		'no name',
		{addRule: {rule: {endpoints: [endpoint], binaries}}},
		'MissingRuleName',
		'addRule.ruleName',
	],
	[
		'a blank name',
		{addRule: {ruleName: ' ', rule: {endpoints: [endpoint], binaries}}},
		'MissingRuleName',
		'addRule.ruleName',
	],
	[
		'a name in capitals',
		{addRule: {...operationWith({}).addRule, ruleName: 'Rule'}},
		'InvalidRuleName',
		'addRule.ruleName',
	],
	[
		'a reserved name',
		{addRule: {...operationWith({}).addRule, ruleName: '_provider_x'}},
		'InvalidRuleName',
		'addRule.ruleName',
	],
	[
		'a display name with spaces',
		operationWith({}, {name: 'two words'}),
		'InvalidRuleName',
		'addRule.rule.name',
	],
	[
		'no binaries',
		{addRule: {ruleName: 'r', rule: {endpoints: [endpoint]}}},
		'MissingBinaries',
		'addRule.rule.binaries',
	],
	['empty binaries', operationWith({}, {binaries: []}), 'EmptyList', 'addRule.rule.binaries'],
	[
		'allowed_ips',
		operationWith({allowed_ips: ['10.0.0.0/8']}),
		'NotForAgents',
		'addRule.rule.endpoints[0].allowed_ips',
	],
	[
		'allow_encoded_slash',
		operationWith({allow_encoded_slash: true}),
		'NotForAgents',
		'addRule.rule.endpoints[0].allow_encoded_slash',
	],
	[
		'allow_uninspected_credentials',
		operationWith({allow_uninspected_credentials: true}),
		'NotForAgents',
		'addRule.rule.endpoints[0].allow_uninspected_credentials',
	],
	[
		'websocket_credential_rewrite',
		operationWith({websocket_credential_rewrite: true}),
		'NotForAgents',
		'addRule.rule.endpoints[0].websocket_credential_rewrite',
	],
	[
		'request_body_credential_rewrite',
		operationWith({request_body_credential_rewrite: true}),
		'NotForAgents',
		'addRule.rule.endpoints[0].request_body_credential_rewrite',
	],
	[
		'credential_signing',
		operationWith({credential_signing: 'sigv4'}),
		'NotForAgents',
		'addRule.rule.endpoints[0].credential_signing',
	],
	[
		'signing_service',
		operationWith({signing_service: 's3'}),
		'NotForAgents',
		'addRule.rule.endpoints[0].signing_service',
	],
	[
		'signing_region',
		operationWith({signing_region: 'x'}),
		'NotForAgents',
		'addRule.rule.endpoints[0].signing_region',
	],
	[
		'credential_binding',
		operationWith({credential_binding: {provider: 'x'}}),
		'NotForAgents',
		'addRule.rule.endpoints[0].credential_binding',
	],
	[
		'every MCP method',
		operationWith({protocol: 'mcp', rules: undefined, mcp: {allow_all_known_mcp_methods: true}}),
		'NotForAgents',
		'addRule.rule.endpoints[0].mcp.allow_all_known_mcp_methods',
	],
	[
		'audit',
		operationWith({enforcement: 'audit'}),
		'NotForAgents',
		'addRule.rule.endpoints[0].enforcement',
	],
	[
		'tls: skip where it is inspected',
		operationWith({tls: 'skip'}),
		'NotForAgents',
		'addRule.rule.endpoints[0].tls',
	],
	[
		'both port keys',
		operationWith({ports: [443]}),
		'ConflictingPorts',
		'addRule.rule.endpoints[0].ports',
	],
	[
		'a query string in an allow path',
		operationWith({rules: [{allow: {path: '/x?token=s3cret'}}]}),
		'QueryInPath',
		'addRule.rule.endpoints[0].rules[0].allow.path',
	],
	[
		'a forbidden key in the second endpoint',
		operationWith({}, {endpoints: [endpoint, {...endpoint, allowed_ips: ['10.0.0.1']}]}),
		'NotForAgents',
		'addRule.rule.endpoints[1].allowed_ips',
	],
	[
		'an own key named __proto__',
		JSON.parse(
			'{"addRule": {"ruleName": "r", "rule": {"endpoints": [], "binaries": [], "__proto__": {}}}}',
		),
		'UnknownKey',
		'addRule.rule.__proto__',
	],
];

for (const [title, json, kind, at] of refused) {
	test(`from an agent, ${title} is refused: ${kind}`, t => {
		const errors = errorsOf(JSON.parse(JSON.stringify(json)));
		t.true(
			errors.some(error => error.kind === kind && error.at === at && error.severity === 'error'),
			JSON.stringify(errors),
		);
		t.false(JSON.stringify(errors).includes('s3cret'));
	});
}

test('an operator may write what an agent may not', t => {
	for (const more of [
		{allowed_ips: ['10.0.0.0/8']},
		{allow_encoded_slash: true},
		{enforcement: 'audit'},
		{tls: 'skip'},
		{rules: [{allow: {path: '/a?'}}]},
		{credential_binding: {provider: 'x'}},
	]) {
		t.deepEqual(errorsOf(operationWith(more), 'operator'), []);
		t.not(errorsOf(operationWith(more), 'agent').length, 0);
	}
});

test('what an agent may write is read in normal form', t => {
	t.deepEqual(errorsOf(operationWith({allow_encoded_slash: false})), []);
	t.deepEqual(errorsOf(operationWith({protocol: undefined, rules: undefined, tls: 'skip'})), []);
	const parsed = parseOperation(
		operationWith({
			host: 'API.GitHub.com',
			tls: 'terminate',
			path: '/user/**',
			deny_rules: [{path: '/a?'}],
		}),
		{author: 'agent'},
	);
	t.like(parsed.ok && parsed.value.addRule, {
		ruleName: 'r',
		rule: {
			name: 'r',
			endpoints: [
				{host: 'api.github.com', ports: [443], tls: '', enforcement: 'enforce', path: '/user/**'},
			],
			binaries,
		},
	});
});

test('the name of the rule stands in for a missing ruleName', t => {
	const parsed = parseOperation(
		{addRule: {rule: {name: 'named', endpoints: [endpoint], binaries}}},
		{author: 'agent'},
	);
	t.like(parsed.ok && parsed.value.addRule, {ruleName: 'named', rule: {name: 'named'}});
});

test('an outdated tls word is read as none, and never as a raw tunnel', t => {
	const parsed = parseOperation(operationWith({tls: 'passthrough'}), {author: 'agent'});
	t.is(parsed.ok && parsed.value.addRule.rule.endpoints[0]?.tls, '');
});

test('a JSON value nested or sized beyond bounds is refused', t => {
	let nested: unknown = 1;
	for (let level = 0; level < 40; level++) {
		nested = [nested];
	}

	t.is(errorsOf({addRule: nested})[0]?.kind, 'DocumentTooDeep');
	t.is(errorsOf({addRule: Array.from({length: 100_001}, () => 1)})[0]?.kind, 'DocumentTooLarge');
});

test('a printed operation leaves defaults out and reads as the same operation', t => {
	const json = {
		addRule: {
			ruleName: 'r',
			rule: {
				endpoints: [
					{
						...endpoint,
						enforcement: 'enforce',
						rules: [{allow: {method: 'POST', path: '/user/repos', query: {a: {any: ['b', 'c']}}}}],
					},
				],
				binaries,
			},
		},
	};
	const parsed = parseOperation(json, {author: 'agent'});
	t.true(parsed.ok);
	if (parsed.ok) {
		t.deepEqual(printOperation(parsed.value) as unknown, json);
		t.deepEqual(parseOperation(printOperation(parsed.value), {author: 'agent'}), parsed);
	}
});
