import test from 'ava';
import {covers} from '../../../policies/model/covers.ts';
import {readPolicy, readRule} from '../../helpers/policies.ts';

const loaded = readPolicy(`
version: 1
network_policies:
  one:
    endpoints:
      - host: api.example
        ports: [443, 8443]
        protocol: rest
        rules: [{allow: {method: GET, path: /a}}, {allow: {method: PUT, path: /b}}]
        deny_rules: [{method: DELETE}]
        allow_encoded_slash: true
        allowed_ips: [10.0.0.1, 10.0.0.2]
    binaries: [{ path: /usr/bin/a }, { path: /usr/bin/b }]
  any:
    endpoints: [{ host: open.example, port: 443, protocol: rest, access: read-only }]
    binaries: [{ path: /** }]
  raw:
    endpoints: [{ host: raw.example, port: 443, tls: skip }]
    binaries: [{ path: /usr/bin/a }]
  mcp:
    endpoints: [{ host: mcp.example, port: 443, protocol: mcp, mcp: {max_body_bytes: 65536, strict_tool_names: true, allow_all_known_mcp_methods: false} }]
    binaries: [{ path: /usr/bin/a }]
`);

const api = {host: 'api.example', port: 443, protocol: 'rest'};
const rule = (...allows: string[]) => ({
	rules: allows.map(allow => {
		const [method, path] = allow.split(' ');
		return {allow: {method, path}};
	}),
});
const a = ['/usr/bin/a'];

const rows: ReadonlyArray<
	readonly [title: string, covered: boolean, endpoint: object, binaries: readonly string[]]
> = [
	['one of the rules', true, {...api, ...rule('PUT /b')}, a],
	[
		'all rules, ports and binaries',
		true,
		{...api, port: undefined, ports: [443, 8443], ...rule('PUT /b', 'GET /a')},
		[...a, '/usr/bin/b'],
	],
	['a rule that is not there', false, {...api, ...rule('PUT /c')}, a],
	['a binary that is not there', false, {...api, ...rule('GET /a')}, [...a, '/usr/bin/c']],
	['a port that is not there', false, {...api, port: 80, ...rule('GET /a')}, a],
	['another path selector', false, {...api, path: '/v1', ...rule('GET /a')}, a],
	['another host', false, {...api, host: 'b.example', ...rule('GET /a')}, a],
	['the place without a protocol', true, {host: 'api.example', port: 443}, a],
	['another protocol', false, {...api, protocol: 'websocket', ...rule('GET /a')}, a],
	['audit where it is enforced', false, {...api, enforcement: 'audit', ...rule('GET /a')}, a],
	['a preset where there are rules', false, {...api, access: 'read-only'}, a],
	['a flag that is set', true, {...api, allow_encoded_slash: true, ...rule('GET /a')}, a],
	[
		'a flag that is not set',
		false,
		{...api, request_body_credential_rewrite: true, ...rule('GET /a')},
		a,
	],
	['a deny rule that is there', true, {...api, deny_rules: [{method: 'DELETE'}]}, a],
	['a deny rule that is not there', false, {...api, deny_rules: [{method: 'PUT'}]}, a],
	['one of the networks', true, {...api, allowed_ips: ['10.0.0.2']}, a],
	['a network that is not there', false, {...api, allowed_ips: ['10.0.0.3']}, a],
	[
		'any program where any is allowed',
		true,
		{...api, host: 'open.example', access: 'read-only'},
		['/usr/bin/x'],
	],
	['any binary where some are named', false, {...api, ...rule('GET /a')}, ['/**']],
	['a raw tunnel that is there', true, {host: 'raw.example', port: 443, tls: 'skip'}, a],
	['a peeked tunnel where it is raw', false, {host: 'raw.example', port: 443}, a],
	['the same mcp options, left out', true, {host: 'mcp.example', port: 443, protocol: 'mcp'}, a],
	[
		'other mcp options',
		false,
		{
			host: 'mcp.example',
			port: 443,
			protocol: 'mcp',
			mcp: {max_body_bytes: 1, strict_tool_names: true, allow_all_known_mcp_methods: false},
		},
		a,
	],
	['a signing that is not there', false, {...api, signing_service: 's3', ...rule('GET /a')}, a],
];

for (const [title, covered, endpoint, binaries] of rows) {
	test(`${title} is ${covered ? '' : 'not '}covered`, t => {
		const asked = readRule({endpoints: [endpoint], binaries: binaries.map(path => ({path}))});
		t.is(covers(loaded, asked), covered);
	});
}

test('a rule that asks for nothing is covered by nothing', t => {
	t.false(covers(loaded, readRule({endpoints: [], binaries: [{path: '/usr/bin/a'}]})));
	t.false(covers(loaded, readRule({endpoints: [api], binaries: []})));
});
