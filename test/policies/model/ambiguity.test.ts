import test from 'ava';
import {ambiguity} from '../../../policies/model/ambiguity.ts';
import {readPolicy} from '../../helpers/policies.ts';
import {contractVectors, overruledVectors} from '../../helpers/vectors.ts';

type Vector = {
	readonly id: string;
	readonly layer: string;
	readonly yaml: string;
	readonly ok: boolean;
	readonly error_class?: string;
};

const isOurs = ({layer}: Vector): boolean => layer === 'ambiguity';

for (const {id, yaml, ok, error_class} of contractVectors<Vector>('policy_validate').filter(
	isOurs,
)) {
	test(`finds what upstream finds: ${id}`, t => {
		const problems = ambiguity(readPolicy(yaml));
		t.is(problems.length === 0, ok);
		t.true(problems.every(({message}) => message.includes(`${error_class}=`)));
	});
}

test('enforcement left out agrees with enforce (decision 1)', t => {
	const [vector] = overruledVectors<Vector>('policy_validate').filter(isOurs);
	t.is(vector?.id, 'validate-077');
	t.deepEqual(ambiguity(readPolicy(vector?.yaml ?? '')), []);
});

const pair = (left: string, right: string): string => `
version: 1
network_policies:
  l: { name: Left, endpoints: [{ ${left} }], binaries: [{ path: /usr/bin/a }] }
  r: { name: Right, endpoints: [{ ${right} }], binaries: [{ path: /usr/bin/b }] }
`;

const api = 'host: api.example, port: 443';
const rest = `${api}, protocol: rest, access: full`;

const rows: ReadonlyArray<readonly [title: string, left: string, right: string, fields: string]> = [
	[
		'an explicit tcp endpoint beside an implicit one',
		`${api}, protocol: tcp`,
		api,
		'transparent_tcp_eligible',
	],
	['a raw tunnel beside an inspected endpoint', `${api}, tls: skip`, rest, 'tls'],
	['different private networks', `${api}, allowed_ips: [10.0.0.0/8]`, api, 'allowed_ips'],
	[
		'the same networks in another order',
		`${api}, allowed_ips: [10.0.0.1, 10.0.0.2]`,
		`${api}, allowed_ips: [10.0.0.2, 10.0.0.1]`,
		'',
	],
	['audit beside enforce', `${rest}, enforcement: audit`, rest, 'enforcement'],
	[
		'audit beside enforce on a closer path',
		`${rest}, enforcement: audit`,
		`${rest}, path: /v1`,
		'',
	],
	[
		'audit beside enforce on paths that never meet',
		`${rest}, path: /a, enforcement: audit`,
		`${rest}, path: /b`,
		'',
	],
	[
		'audit beside enforce on paths that meet',
		`${rest}, path: "/a/*", enforcement: audit`,
		`${rest}, path: "/*/a"`,
		'enforcement',
	],
	['another protocol on the same path', rest, `${api}, protocol: graphql`, 'protocol'],
	['an inspected endpoint beside one that is not', rest, api, ''],
	[
		'an encoded slash here and not there',
		`${rest}, allow_encoded_slash: true`,
		rest,
		'allow_encoded_slash',
	],
	['another port', rest, `host: api.example, port: 80, tls: skip`, ''],
	['another host', rest, 'host: b.example, port: 443, tls: skip', ''],
	['a pattern that covers the host', `host: "*.example", port: 443, tls: skip`, rest, 'tls'],
	['a pattern that does not', `host: "*.test", port: 443, tls: skip`, rest, ''],
	[
		'two patterns that meet',
		`host: "a*.example", port: 443, tls: skip`,
		`host: "*b.example", port: 443`,
		'tls',
	],
	['an endpoint for any host', `port: 443, allowed_ips: [10.0.0.0/8]`, api, 'allowed_ips'],
	[
		'other rules',
		`${api}, protocol: rest, access: read-only`,
		`${rest}, deny_rules: [{method: POST}]`,
		'',
	],
];

for (const [title, left, right, field] of rows) {
	test(`${title} is ${field === '' ? 'clear' : 'ambiguous'}`, t => {
		const problems = ambiguity(readPolicy(pair(left, right)));
		t.is(problems.length, field === '' ? 0 : 1);
		t.true(problems.every(({message}) => message.includes(`${field}=`)));
		t.deepEqual(
			ambiguity(readPolicy(pair(right, left))).map(({kind}) => kind),
			problems.map(({kind}) => kind),
		);
	});
}

test('the message names both endpoints and what they say', t => {
	const several = 'host: api.example, ports: [80, 443], protocol: rest, access: full, path: /v1';
	t.like(ambiguity(readPolicy(pair(`${several}, enforcement: audit`, several))), [
		{
			severity: 'error',
			kind: 'AmbiguousEndpoints',
			message:
				"network policies 'Left' endpoint[0] (api.example:80,443/v1) and 'Right' endpoint[0] (api.example:80,443/v1) overlap on port(s) 80, 443 with conflicting metadata: enforcement=audit vs enforce",
			at: 'network_policies.r.endpoints[0]',
		},
	]);
});

test('only the pairs of one rule are looked at when that is asked', t => {
	const policy = readPolicy(`
version: 1
network_policies:
  a: { endpoints: [{ ${api}, tls: skip }], binaries: [{ path: /a }] }
  b: { endpoints: [{ ${api} }], binaries: [{ path: /a }] }
  c: { endpoints: [{ ${api} }], binaries: [{ path: /a }] }
`);
	t.is(ambiguity(policy).length, 2);
	t.is(ambiguity(policy, 'c' as never).length, 1);
	t.is(ambiguity(policy, 'a' as never).length, 2);
});
