import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {call} from '../../helpers/call.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const policy = `version: 1
network_policies:
  api:
    endpoints:
      - host: api.example.com
        port: 443
        protocol: rest
        enforcement: enforce
        rules:
          - allow: {method: GET, path: /v1/**}
          - allow: {method: GET, path: /search, query: {q: "cat*"}}
    binaries: [{path: /usr/bin/curl}]
  watched:
    endpoints: [{host: audit.example.com, port: 443, protocol: rest, enforcement: audit, access: read-only}]
    binaries: [{path: /usr/bin/curl}]
  raw:
    endpoints: [{host: git.example.com, port: 443, tls: skip}]
    binaries: [{path: /usr/bin/git}]
`;

async function explain(t: ExecutionContext, ...argv: string[]) {
	const home = await temporaryDirectory(t);
	await writeFile(path.join(home, 'p.yaml'), policy);
	return call(t, ['policy', 'explain', '--policy', path.join(home, 'p.yaml'), ...argv], {home});
}

const curl = ['--binary', '/usr/bin/curl'];

for (const [argv, code, answer] of [
	[
		[...curl, '--host', 'api.example.com', '--method', 'GET', '--path', '/v1/a'],
		0,
		{decision: 'allow', layer: 'l7', matched_policy: 'api', code: null},
	],
	[
		[...curl, '--host', 'API.example.com.', '--method', 'get', '--path', '/x/../v1/a'],
		0,
		{decision: 'allow', layer: 'l7', matched_policy: 'api'},
	],
	[
		[...curl, '--host', 'api.example.com', '--method', 'PUT', '--path', '/v1/a'],
		3,
		{decision: 'deny', layer: 'l7', matched_policy: 'api', code: 'not_permitted'},
	],
	[
		[
			...curl,
			'--host',
			'api.example.com',
			'--method',
			'GET',
			'--path',
			'/search',
			'--query',
			'q=cats',
		],
		0,
		{decision: 'allow', matched_policy: 'api'},
	],
	[
		[...curl, '--host', 'api.example.com', '--method', 'GET', '--path', '/search?q=dogs'],
		3,
		{decision: 'deny', code: 'not_permitted'},
	],
	[
		[...curl, '--host', 'audit.example.com', '--method', 'POST', '--path', '/'],
		0,
		{decision: 'audit', layer: 'l7', matched_policy: 'watched', code: 'not_permitted'},
	],
	[
		['--binary', '/usr/bin/ssh', '--ancestor', '/usr/bin/git', '--host', 'git.example.com'],
		0,
		{decision: 'allow', layer: 'l4', matched_policy: 'raw'},
	],
	[
		[...curl, '--host', 'git.example.com'],
		3,
		{decision: 'deny', layer: 'l4', matched_policy: null, code: 'binary_not_allowed'},
	],
	[
		[...curl, '--host', 'other.example.com', '--port', '80'],
		3,
		{decision: 'deny', layer: 'l4', matched_policy: null, code: 'no_endpoint'},
	],
	[
		[...curl, '--host', 'api.example.com', '--method', 'GET', '--path', '/%2e%2e/%2e%2e/x'],
		3,
		{decision: 'deny', layer: 'l7', code: 'malformed_target'},
	],
	[[...curl, '--host', 'a b'], 3, {decision: 'deny', layer: 'l4', code: 'malformed_authority'}],
] as const) {
	test(`explain ${argv.slice(2).join(' ')} answers ${answer.decision}`, async t => {
		const called = await explain(t, ...argv, '--json');
		t.is(called.code, code, called.error);
		t.like(called.json[0], answer as object);
	});
}

test('people read the decision, the rule and the reason', async t => {
	const {out} = await explain(
		t,
		...curl,
		'--host',
		'api.example.com',
		'--method',
		'PUT',
		'--path',
		'/v1/a',
	);
	t.is(
		out,
		[
			'deny (l7) not_permitted',
			'  Asked: PUT api.example.com:443/v1/a by /usr/bin/curl',
			'  Policy: api',
			'  Reason: PUT /v1/a not permitted by policy',
			'',
		].join('\n'),
	);
});

for (const [argv, message] of [
	[['--host', 'a.example'], '--binary is missing'],
	[
		[...curl, '--host', 'a.example', '--port', '70000'],
		"'port' must be a whole number from 1 to 65535",
	],
	[[...curl, '--host', 'a.example', '--path', '/x'], 'give its --method too'],
	[[...curl, '--host', 'a.example', '--method', 'GET', '--query', 'x'], '--query takes KEY=VALUE'],
] as const) {
	test(`explain ${argv.join(' ')} is a usage error`, async t => {
		const {code, error} = await explain(t, ...argv);
		t.is(code, 2);
		t.true(error.includes(message), error);
	});
}

test('a batch is answered line by line, in order, and bad lines are told under their id', async t => {
	const home = await temporaryDirectory(t);
	const ask = (line: object): string =>
		JSON.stringify({binary: '/usr/bin/curl', host: 'api.example.com', port: 443, ...line});
	await writeFile(
		path.join(home, 'q.jsonl'),
		[
			ask({id: 'a', ancestors: [], method: 'GET', path: '/v1/x', query: {}}),
			'',
			ask({id: 'b', method: 'GET', path: '/search', query: {q: ['cat', 'catfish']}}),
			ask({id: 3}),
			ask({id: 'd', policy: 'version: 1\n'}),
			ask({id: 'e', policy: 'version: 1\nnope: 2\n'}),
			ask({id: 'f', bnary: 'x'}),
			'{"id": "g", "binary":',
		].join('\n'),
	);
	const called = await explain(t, '--batch', path.join(home, 'q.jsonl'));
	t.is(called.code, 1);
	const [a, b, third, d, e, f, g, ...more] = called.json as Array<Record<string, string | null>>;
	t.deepEqual(a, {
		id: 'a',
		decision: 'allow',
		layer: 'l7',
		matched_policy: 'api',
		code: null,
		reason: 'GET /v1/**',
	});
	t.like(b, {id: 'b', decision: 'allow'});
	t.like(third, {id: 3, decision: 'allow', layer: 'l4'});
	t.like(d, {id: 'd', decision: 'deny', code: 'no_endpoint', matched_policy: null});
	t.like(e, {id: 'e', line: 6});
	t.regex(e?.['error'] ?? '', /policy:2:1: error UnknownKey/);
	t.like(f, {id: 'f', line: 7, error: "unknown key 'bnary'; did you mean 'binary'?"});
	t.like(g, {id: null, line: 8});
	t.deepEqual(more, []);
});

test('a batch whose lines were all read exits 0, whatever the answers', async t => {
	const home = await temporaryDirectory(t);
	await writeFile(
		path.join(home, 'q.jsonl'),
		'{"id":1,"binary":"/x","host":"h.example","port":1}\n',
	);
	const {code, json} = await explain(t, '--batch', path.join(home, 'q.jsonl'));
	t.is(code, 0);
	t.like(json[0], {id: 1, decision: 'deny'});
	t.is((await explain(t, '--batch', '/no/such')).code, 1);
});

test('a line of a batch without a port asks about 443', async t => {
	const home = await temporaryDirectory(t);
	const ask = {binary: '/usr/bin/curl', host: 'api.example.com', method: 'GET', path: '/v1/x'};
	await writeFile(
		path.join(home, 'q.jsonl'),
		[ask, {...ask, port: 444}].map(line => JSON.stringify(line)).join('\n'),
	);
	const {json} = await explain(t, '--batch', path.join(home, 'q.jsonl'));
	t.deepEqual(
		(json as Array<{decision: string}>).map(({decision}) => decision),
		['allow', 'deny'],
	);
});
