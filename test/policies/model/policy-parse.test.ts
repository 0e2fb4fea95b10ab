import test from 'ava';
import type {Policy, Problem} from '../../../policies/model/policy.ts';
import {parsePolicy} from '../../../policies/model/policy-parse.ts';
import {contractVectors, overruledVectors} from '../../helpers/vectors.ts';

type ValidateVector = {
	readonly id: string;
	readonly layer: 'parse' | 'gateway' | 'runtime_file' | 'ambiguity' | 'middleware';
	readonly yaml: string;
	readonly ok: boolean;
	readonly error_class?: string;
	readonly error_contains?: string;
};

const errorsOf = (text: string): readonly Problem[] => {
	const parsed = parsePolicy(text);
	return parsed.ok ? [] : parsed.error;
};

const policyOf = (text: string): Policy => {
	const parsed = parsePolicy(text);
	if (!parsed.ok) {
		throw new Error(JSON.stringify(parsed.error));
	}

	return parsed.value.policy;
};

const warningsOf = (text: string): readonly Problem[] => {
	const parsed = parsePolicy(text);
	return parsed.ok ? parsed.value.warnings : [];
};

/** Upstream's parser names no kinds; ours are these. */
const parseKinds = ['UnknownKey', 'WrongType', 'MissingKey', 'SyntaxError'];

const isClass = (problem: Problem, name: string): boolean =>
	problem.kind === name ||
	problem.message.includes(name) ||
	(name === 'ParseError' && parseKinds.includes(problem.kind));

for (const vector of contractVectors<ValidateVector>('policy_validate')) {
	const {id, layer, yaml, ok, error_class: name = '', error_contains: words = ''} = vector;
	// Two valid policies that disagree with each other are the ambiguity check's to refuse.
	const isValid = ok || layer === 'ambiguity';
	test(`${id}: ${isValid ? 'is valid' : `is refused: ${name}`}`, t => {
		const errors = errorsOf(yaml);
		t.is(errors.length === 0, isValid, JSON.stringify(errors));
		t.true(isValid || errors.some(error => isClass(error, name) && error.message.includes(words)));
	});
}

test('what a decision overrules is refused where upstream lets it pass', t => {
	for (const {layer, yaml} of overruledVectors<ValidateVector>('policy_validate')) {
		t.is(errorsOf(yaml).length > 0, layer !== 'ambiguity', yaml);
	}
});

const endpointText = (endpoint: string): string =>
	`version: 1
network_policies:
  p:
    endpoints:
      - ${endpoint}
    binaries: [{path: /usr/bin/curl}]
`;

const rest = (more: string): string =>
	endpointText(`{host: a.example.com, port: 443, protocol: rest, ${more}}`);

const refused: ReadonlyArray<readonly [title: string, text: string, kind: string, at: string]> = [
	['no version', 'network_policies: {}', 'MissingKey', 'version'],
	['a version in quotes', 'version: "1"', 'WrongType', 'version'],
	['a fraction as version', 'version: 1.5', 'OutOfRange', 'version'],
	['an empty text', '', 'WrongType', ''],
	['a list', '- version: 1', 'WrongType', ''],
	['broken YAML', 'version: [1', 'SyntaxError', ''],
	['a key written twice', 'version: 1\nversion: 1', 'SyntaxError', ''],
	['two documents', 'version: 1\n---\nversion: 1', 'SyntaxError', ''],
	['a tag', 'version: !!js/function 1', 'SyntaxError', ''],
	['a key that is a number', '443: 1', 'UnsupportedYaml', ''],
	['a key that is a list', '? [a]\n: 1', 'UnsupportedYaml', ''],
	['a merge key', 'version: 1\n<<: {a: 1}', 'UnknownKey', '"<<"'],
	['a key named __proto__', 'version: 1\n__proto__: {x: 1}', 'UnknownKey', '__proto__'],
	['an empty section', 'version: 1\nnetwork_policies:', 'WrongType', 'network_policies'],
	['the key filesystem', 'version: 1\nfilesystem: {}', 'UnknownKey', 'filesystem'],
	[
		'a relative path',
		'version: 1\nfilesystem_policy: {read_only: [usr]}',
		'RelativePath',
		'filesystem_policy.read_only[0]',
	],
	[
		'a path with ..',
		'version: 1\nfilesystem_policy: {read_only: [/a/../b]}',
		'PathTraversal',
		'filesystem_policy.read_only[0]',
	],
	[
		'a path of 4097 bytes',
		`version: 1\nfilesystem_policy: {read_only: [/${'a'.repeat(4096)}]}`,
		'FieldTooLong',
		'filesystem_policy.read_only[0]',
	],
	[
		'257 paths',
		`version: 1\nfilesystem_policy: {read_only: [${'/a,'.repeat(256)}], read_write: [/b]}`,
		'TooManyPaths',
		'filesystem_policy',
	],
	[
		'// as writable',
		'version: 1\nfilesystem_policy: {read_write: ["//"]}',
		'OverlyBroadPath',
		'filesystem_policy.read_write[0]',
	],
	[
		'a group 0',
		'version: 1\nprocess: {run_as_group: "0"}',
		'InvalidProcessIdentity',
		'process.run_as_group',
	],
	[
		'a reserved rule name',
		'version: 1\nnetwork_policies: {_provider_x: {endpoints: [{host: a.b, port: 1}], binaries: [{path: /x}]}}',
		'ReservedRuleName',
		'network_policies._provider_x',
	],
	[
		'a rule name that steers a terminal',
		'version: 1\nnetwork_policies: {"a\\e[2J": {endpoints: [{host: a.b, port: 1}], binaries: [{path: /x}]}}',
		'InvalidRuleName',
		'network_policies."a\\u001b[2J"',
	],
	[
		'a rule without endpoints',
		'version: 1\nnetwork_policies: {p: {binaries: [{path: /x}]}}',
		'MissingEndpoints',
		'network_policies.p.endpoints',
	],
	[
		'a rule with no endpoint',
		'version: 1\nnetwork_policies: {p: {endpoints: [], binaries: [{path: /x}]}}',
		'EmptyList',
		'network_policies.p.endpoints',
	],
	[
		'a rule without binaries',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}]}}',
		'MissingBinaries',
		'network_policies.p.binaries',
	],
	[
		'a rule with no binary',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: []}}',
		'EmptyList',
		'network_policies.p.binaries',
	],
	[
		'a relative binary',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: [{path: curl}]}}',
		'RelativePath',
		'network_policies.p.binaries[0].path',
	],
	[
		'a binary with ..',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: [{path: /a/../curl}]}}',
		'PathTraversal',
		'network_policies.p.binaries[0].path',
	],
	[
		'a binary with an escape',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: [{path: "/a\\e"}]}}',
		'HiddenCharacter',
		'network_policies.p.binaries[0].path',
	],
	[
		'an unclosed binary pattern',
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: [{path: "/a["}]}}',
		'UnclosedClass',
		'network_policies.p.binaries[0].path',
	],
	[
		'a host with a space',
		endpointText('{host: "a b.com", port: 1}'),
		'InvalidHost',
		'network_policies.p.endpoints[0].host',
	],
	[
		'a blank host',
		endpointText('{host: " ", port: 1}'),
		'MissingEndpointHost',
		'network_policies.p.endpoints[0].host',
	],
	[
		'no host',
		endpointText('{port: 1}'),
		'MissingEndpointHost',
		'network_policies.p.endpoints[0].host',
	],
	[
		'a host that is a number',
		endpointText('{host: 12, port: 1}'),
		'WrongType',
		'network_policies.p.endpoints[0].host',
	],
	[
		'port 65536',
		endpointText('{host: a.b, port: 65536}'),
		'InvalidEndpointPort',
		'network_policies.p.endpoints[0].port',
	],
	[
		'port -1',
		endpointText('{host: a.b, port: -1}'),
		'InvalidEndpointPort',
		'network_policies.p.endpoints[0].port',
	],
	[
		'a port in quotes',
		endpointText('{host: a.b, port: "443"}'),
		'WrongType',
		'network_policies.p.endpoints[0].port',
	],
	[
		'no ports',
		endpointText('{host: a.b, ports: []}'),
		'EmptyList',
		'network_policies.p.endpoints[0].ports',
	],
	[
		'an IP for tcp',
		endpointText('{host: 10.0.0.1, port: 1, protocol: tcp}'),
		'TcpEndpointIpLiteral',
		'network_policies.p.endpoints[0].host',
	],
	[
		'a path for tcp',
		endpointText('{host: a.b, port: 1, protocol: tcp, path: /x}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0]',
	],
	[
		'access without protocol',
		endpointText('{host: a.b, port: 1, access: full}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].access',
	],
	[
		'rules without protocol',
		endpointText('{host: a.b, port: 1, rules: [{allow: {method: GET, path: /}}]}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].rules',
	],
	[
		'a path without protocol',
		endpointText('{host: a.b, port: 1, path: /x}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].path',
	],
	[
		'an unknown tls',
		rest('access: full, tls: skipp'),
		'UnknownTls',
		'network_policies.p.endpoints[0].tls',
	],
	[
		'an unknown enforcement',
		rest('access: full, enforcement: enforced'),
		'UnknownEnforcement',
		'network_policies.p.endpoints[0].enforcement',
	],
	[
		'an unknown access',
		rest('access: readonly'),
		'UnknownAccess',
		'network_policies.p.endpoints[0].access',
	],
	[
		'a path without /',
		rest('access: full, path: v1/**'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].path',
	],
	[
		'a path no request has',
		rest('access: full, path: "/a b"'),
		'UnreachablePath',
		'network_policies.p.endpoints[0].path',
	],
	['no rules', rest('rules: []'), 'EmptyList', 'network_policies.p.endpoints[0].rules'],
	[
		'an allow rule without path',
		rest('rules: [{allow: {method: GET}}]'),
		'MissingAllowPath',
		'network_policies.p.endpoints[0].rules[0].allow.path',
	],
	[
		'a deny path no request has',
		rest('access: full, deny_rules: [{path: /caf%c3%a9}]'),
		'UnreachablePath',
		'network_policies.p.endpoints[0].deny_rules[0].path',
	],
	[
		'a rule path without /',
		rest('rules: [{allow: {path: repos/**}}]'),
		'UnreachablePath',
		'network_policies.p.endpoints[0].rules[0].allow.path',
	],
	[
		'two methods in one',
		rest('rules: [{allow: {method: "GET, POST", path: /}}]'),
		'InvalidMethod',
		'network_policies.p.endpoints[0].rules[0].allow.method',
	],
	[
		'a tool in a rest rule',
		rest('rules: [{allow: {path: /, tool: x}}]'),
		'MatcherNotForProtocol',
		'network_policies.p.endpoints[0].rules[0].allow.tool',
	],
	[
		'a broken path pattern',
		rest('rules: [{allow: {path: "/a{b"}}]'),
		'UnclosedChoice',
		'network_policies.p.endpoints[0].rules[0].allow.path',
	],
	[
		'an unknown query matcher',
		rest('rules: [{allow: {path: /, query: {a: {regex: x}}}}]'),
		'InvalidMatcher',
		'network_policies.p.endpoints[0].rules[0].allow.query.a',
	],
	[
		'two query matchers',
		rest('rules: [{allow: {path: /, query: {a: {any: [x], glob: y}}}}]'),
		'InvalidMatcher',
		'network_policies.p.endpoints[0].rules[0].allow.query.a',
	],
	[
		'no query matcher',
		rest('rules: [{allow: {path: /, query: {a: {}}}}]'),
		'InvalidMatcher',
		'network_policies.p.endpoints[0].rules[0].allow.query.a',
	],
	[
		'an empty any',
		rest('rules: [{allow: {path: /, query: {a: {any: []}}}}]'),
		'EmptyList',
		'network_policies.p.endpoints[0].rules[0].allow.query.a.any',
	],
	[
		'a query value that is a number',
		rest('rules: [{allow: {path: /, query: {a: 1}}}]'),
		'WrongType',
		'network_policies.p.endpoints[0].rules[0].allow.query.a',
	],
	[
		'json_rpc on rest',
		rest('access: full, json_rpc: {max_body_bytes: 1}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].json_rpc',
	],
	[
		'an address that is none',
		rest('access: full, allowed_ips: [10.0.0.0/33]'),
		'InvalidAllowedIp',
		'network_policies.p.endpoints[0].allowed_ips[0]',
	],
	[
		'no allowed addresses',
		rest('access: full, allowed_ips: []'),
		'EmptyList',
		'network_policies.p.endpoints[0].allowed_ips',
	],
	[
		'an unknown signing',
		rest('access: full, credential_signing: sigv5'),
		'UnknownCredentialSigning',
		'network_policies.p.endpoints[0].credential_signing',
	],
	[
		'signing without service',
		rest('access: full, credential_signing: sigv4'),
		'MissingSigningService',
		'network_policies.p.endpoints[0].credential_signing',
	],
	[
		'a git rule that is no operation',
		endpointText('{host: a.b, port: 1, protocol: git, rules: [{allow: {operation: clone}}]}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].rules[0].allow.operation',
	],
	[
		'a mixed websocket rule',
		endpointText(
			'{host: a.b, port: 1, protocol: websocket, rules: [{allow: {path: /, operation_type: query}}]}',
		),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].rules[0].allow',
	],
	[
		'a GraphQL type *',
		endpointText(
			'{host: a.b, port: 1, protocol: graphql, rules: [{allow: {operation_type: "*"}}]}',
		),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].rules[0].allow.operation_type',
	],
	[
		'tool globs without strict names',
		endpointText(
			'{host: a.b, port: 1, protocol: mcp, mcp: {strict_tool_names: false}, rules: [{allow: {tool: "a*"}}]}',
		),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0].mcp',
	],
	[
		'MCP without rules',
		endpointText('{host: a.b, port: 1, protocol: mcp}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0]',
	],
	[
		'JSON-RPC without rules',
		endpointText('{host: a.b, port: 1, protocol: json-rpc}'),
		'InvalidL7Endpoint',
		'network_policies.p.endpoints[0]',
	],
	[
		'a middleware without its kind',
		'version: 1\nnetwork_middlewares: {m: {}}',
		'InvalidMiddlewareConfig',
		'network_middlewares.m.middleware',
	],
	[
		'eleven middlewares',
		`version: 1\nnetwork_middlewares: {${Array.from({length: 11}, (_, i) => `m${i}: {middleware: x, order: ${i}}`).join(', ')}}`,
		'TooManyMiddlewareConfigs',
		'network_middlewares',
	],
	[
		'two middlewares of one order',
		'version: 1\nnetwork_middlewares: {a: {middleware: x}, b: {middleware: x}}',
		'DuplicateMiddlewareOrder',
		'network_middlewares.b.order',
	],
	[
		'33 middleware patterns',
		`version: 1\nnetwork_middlewares: {a: {middleware: x, endpoints: {include: [${'a.b,'.repeat(33)}]}}}`,
		'TooManyMiddlewareSelectorPatterns',
		'network_middlewares.a.endpoints',
	],
	[
		'a broken middleware pattern',
		'version: 1\nnetwork_middlewares: {a: {middleware: x, endpoints: {include: ["*"]}}}',
		'InvalidMiddlewareConfig',
		'network_middlewares.a.endpoints.include[0]',
	],
];

for (const [title, text, kind, at] of refused) {
	test(`${title} is refused: ${kind}`, t => {
		const errors = errorsOf(text);
		t.true(
			errors.some(error => error.kind === kind && error.at === at),
			JSON.stringify(errors),
		);
	});
}

test('a problem has line and column, and a word its nearest valid one', t => {
	const text = `version: 1
network_policies:
  github:
    endpoints:
      - host: api.github.com
        port: 443
        protocl: rest
        acess: read-only
    binaries:
      - path: /usr/bin/gh
        hash: x
`;
	t.deepEqual(errorsOf(text), [
		{
			severity: 'error',
			kind: 'UnknownKey',
			message: 'unknown field `protocl`; did you mean protocol?',
			at: 'network_policies.github.endpoints[0].protocl',
			line: 7,
			column: 9,
		},
		{
			severity: 'error',
			kind: 'UnknownKey',
			message: 'unknown field `acess`; did you mean access?',
			at: 'network_policies.github.endpoints[0].acess',
			line: 8,
			column: 9,
		},
		{
			severity: 'error',
			kind: 'UnknownKey',
			message: 'unknown field `hash`; expected one of path, harness',
			at: 'network_policies.github.binaries[0].hash',
			line: 11,
			column: 9,
		},
	]);
	t.like(errorsOf(rest('access: read_only')), [
		{message: "unknown value 'read_only'; did you mean read-only?", line: 5, column: 66},
	]);
	t.like(errorsOf(endpointText('{host: a.b, port: 1, protocol: http}')), [{line: 5, column: 40}]);
});

test('what cannot be read is reported once, without what follows from it', t => {
	t.deepEqual(
		errorsOf(endpointText('{host: 12, ports: {}, protocol: rest, rules: x}')).map(error => [
			error.at.slice(32),
			error.kind,
		]),
		[
			['host', 'WrongType'],
			['ports', 'WrongType'],
			['rules', 'WrongType'],
		],
	);
});

test('a text from outside is cleaned before it stands in a message', t => {
	const [problem] = errorsOf('version: 1\n"a\\e[2J\\u202E": 1');
	t.is(problem?.message.includes('\u001b') || problem?.message.includes('\u202e'), false);
	t.true(problem?.message.includes('<U+001B>'));
});

test('odd but valid things are warnings', t => {
	for (const [text, kind, at] of [
		['version: 2', 'UnknownVersion', 'version'],
		[
			'version: 1\nlandlock: {compatibility: best_efort}',
			'UnknownLandlock',
			'landlock.compatibility',
		],
		[rest('access: full, tls: terminate'), 'DeprecatedTls', 'network_policies.p.endpoints[0].tls'],
		[rest('access: full, tls: skip'), 'TlsSkipOnInspected', 'network_policies.p.endpoints[0].tls'],
		[
			rest('access: full, websocket_credential_rewrite: true').replace('rest', 'graphql'),
			'MisplacedRewrite',
			'network_policies.p.endpoints[0].websocket_credential_rewrite',
		],
		[
			rest('rules: [{allow: {method: GTE, path: /}}]'),
			'UnknownMethod',
			'network_policies.p.endpoints[0].rules[0].allow.method',
		],
		[
			rest('access: full, allowed_ips: [127.0.0.0/8]'),
			'AlwaysBlockedAllowedIp',
			'network_policies.p.endpoints[0].allowed_ips[0]',
		],
		[
			'version: 1\nnetwork_middlewares: {a: {middleware: x}}',
			'MiddlewareNotRun',
			'network_middlewares.a',
		],
	] as const) {
		t.like(warningsOf(text), [{severity: 'warning', kind, at}], text);
	}
});

test('a policy comes back in normal form with every default explicit', t => {
	const policy = policyOf(
		endpointText(
			'{host: "*.Example.COM.", ports: [8443, 443, 443], protocol: REST, allowed_ips: [10.1.2.3/8], rules: [{allow: {method: get, path: /a, query: {q: {any: [x, x]}}}}, {allow: {method: GET, path: /a, query: {q: x}}}]}',
		),
	);
	const rule = [...policy.network_policies.values()][0];
	t.deepEqual(rule, {
		name: 'p',
		endpoints: [
			{
				host: '*.example.com',
				ports: [443, 8443],
				path: '',
				protocol: 'rest',
				tls: '',
				enforcement: 'enforce',
				access: '',
				rules: [{allow: {method: 'GET', path: '/a', query: new Map([['q', ['x']]])}}],
				deny_rules: [],
				allowed_ips: ['10.0.0.0/8'],
				allow_encoded_slash: false,
				websocket_credential_rewrite: false,
				request_body_credential_rewrite: false,
				allow_uninspected_credentials: false,
				persisted_queries: '',
				graphql_persisted_queries: new Map(),
				graphql_max_body_bytes: 0,
				credential_signing: '',
				signing_service: '',
				signing_region: '',
			},
		],
		binaries: [{path: '/usr/bin/curl'}],
		match: [],
		not_match: [],
	} as unknown as typeof rule);
});

test('our reserved keys are read', t => {
	const policy = policyOf(`version: 1
network_policies:
  git:
    endpoints:
      - {host: git.example.com, port: 443, protocol: git, rules: [{allow: {operation: push, path: "/acme/*", refs: ["refs/heads/agent/*"], no_force: true, no_delete: true}}]}
      - {host: mcp.example.com, port: 443, protocol: mcp, rules: [{allow: {method: tools/call, params: {name: "read_*", arguments: {repo: acme, ref: {any: [a, "b*"]}}}}}]}
    binaries: [{path: "/**"}]
    match: [{binary: /usr/bin/git, host: git.example.com, port: 443, method: GET, path: /acme/x, query: {service: [git-upload-pack]}}]
    not_match: [{host: other.example.com}]
`);
	const rule = [...policy.network_policies.values()][0];
	t.deepEqual(rule?.endpoints[0]?.rules, [
		{
			allow: {
				operation: 'push',
				path: '/acme/*',
				refs: ['refs/heads/agent/*'],
				no_force: true,
				no_delete: true,
			},
		},
	]);
	t.deepEqual(rule?.endpoints[1]?.rules, [
		{
			allow: {
				method: 'tools/call',
				params: {
					name: 'read_*',
					arguments: new Map([
						['ref', ['a', 'b*']],
						['repo', ['acme']],
					]),
				},
			},
		},
	]);
	t.deepEqual(rule?.match, [
		{
			binary: '/usr/bin/git',
			host: 'git.example.com',
			port: 443,
			method: 'GET',
			path: '/acme/x',
			query: {service: ['git-upload-pack']},
		},
	]);
	t.deepEqual(rule?.not_match, [{host: 'other.example.com'}]);
});

test('a rule and a parameter may be called __proto__', t => {
	const policy = policyOf(
		'version: 1\nnetwork_policies: {__proto__: {endpoints: [{host: a.b.c, port: 1, protocol: rest, rules: [{allow: {path: /, query: {__proto__: x}}}]}], binaries: [{path: /x}]}}',
	);
	t.deepEqual([...policy.network_policies.keys()] as string[], ['__proto__']);
	const [rule] = policy.network_policies.values();
	t.deepEqual(
		rule?.endpoints[0]?.rules[0]?.allow.query,
		new Map(JSON.parse('[["__proto__", ["x"]]]')),
	);
});

test('aliases are followed, and the nearest anchor before them counts', t => {
	const policy = policyOf(`version: 1
network_policies:
  a: {endpoints: [{host: a.example.com, port: 443}], binaries: &b [{path: /usr/bin/a}]}
  b: {endpoints: [{host: b.example.com, port: 443}], binaries: *b}
  c: {endpoints: [{host: c.example.com, port: 443}], binaries: &b [{path: /usr/bin/c}]}
  d: {endpoints: [{host: d.example.com, port: 443}], binaries: *b}
`);
	t.deepEqual(
		[...policy.network_policies.values()].map(rule => rule.binaries[0]?.path),
		['/usr/bin/a', '/usr/bin/a', '/usr/bin/c', '/usr/bin/c'],
	);
});

test('an anchor inside an aliased value does not come back with it', t => {
	const policy = policyOf(`version: 1
network_policies:
  a: {endpoints: [{host: a.example.com, port: 443}], binaries: &a [&b {path: /usr/bin/a}]}
  b: {endpoints: [{host: b.example.com, port: 443}], binaries: [&b {path: /usr/bin/b}]}
  c: {endpoints: [{host: c.example.com, port: 443}], binaries: *a}
  d: {endpoints: [{host: d.example.com, port: 443}], binaries: [*b]}
`);
	t.deepEqual(
		[...policy.network_policies.values()].map(rule => rule.binaries[0]?.path),
		['/usr/bin/a', '/usr/bin/b', '/usr/bin/a', '/usr/bin/b'],
	);
});

const bomb = [
	'x0: &x0 [1,1,1,1,1,1,1,1,1,1]',
	...Array.from({length: 8}, (_, i) => `x${i + 1}: &x${i + 1} [${`*x${i},`.repeat(10)}]`),
].join('\n');

for (const [title, text, kind] of [
	['a text of more than a mebibyte', `version: 1 #${'x'.repeat(1_048_576)}`, 'DocumentTooLarge'],
	['aliases that multiply', bomb, 'DocumentTooLarge'],
	['an alias inside itself', 'version: 1\nx: &a [*a]', 'DocumentTooDeep'],
	['an alias without anchor', 'version: *a', 'SyntaxError'],
	['forty brackets', `version: ${'['.repeat(40)}${']'.repeat(40)}`, 'DocumentTooDeep'],
	['twenty thousand brackets', '['.repeat(20_000), 'DocumentTooDeep'],
	['a hundred thousand values', `version: [${'1,'.repeat(100_001)}]`, 'DocumentTooLarge'],
] as const) {
	test(`${title}: ${kind}`, t => {
		t.is(errorsOf(text)[0]?.kind, kind);
	});
}

test('ten thousand keys and aliases are read in little time, and problems are bounded', t => {
	const keys = Array.from({length: 10_000}, (_, i) => `k${i}: &a${i} 1\nl${i}: *a${i}`).join('\n');
	const errors = errorsOf(`version: 1\n${keys}`);
	t.is(errors.length, 101);
	t.is(errors.at(-1)?.kind, 'TooManyProblems');
});
