import test from 'ava';
import {guard} from '../../../policies/model/guard.ts';
import {compiled, connectionTo, requestTo} from '../../helpers/policies.ts';
import {contractVectors, overruledVectors} from '../../helpers/vectors.ts';

type Vector = {
	readonly id: string;
	readonly host: string;
	readonly port: number;
	readonly resolved: readonly string[];
	readonly allowed_ips: readonly string[];
	readonly verdict: 'allow' | 'deny';
	readonly denial_kind?: string;
	readonly reason_contains?: string;
};

const nothing = {interfaceAddresses: [], ownPorts: []};

const policyFor = (host: string, port: number, allowedIps: readonly string[] = []) =>
	compiled(`
version: 1
network_policies:
  one:
    endpoints: [{ host: "${host}", port: ${port}, allowed_ips: ${JSON.stringify(allowedIps)} }]
    binaries: [{ path: /** }]
`);

const run = ({host, port, resolved, allowed_ips}: Vector) =>
	guard(policyFor(host, port, allowed_ips), connectionTo(host, port), resolved, nothing);

const codes: Readonly<Record<string, readonly string[]>> = {
	internal_address: ['address_internal'],
	allowed_ips: ['address_not_listed', 'port_blocked'],
	invalid_allowed_ips: ['allowed_ips_invalid'],
};

for (const vector of contractVectors<Vector>('ssrf')) {
	test(`guards as upstream: ${vector.id}`, t => {
		const result = run(vector);
		t.is(result.ok, vector.verdict === 'allow', JSON.stringify(result));
		if (!result.ok) {
			t.true(result.error.reason.includes(vector.reason_contains ?? ''), result.error.reason);
			t.true(codes[vector.denial_kind ?? '']?.includes(result.error.code));
		}
	});
}

test('every guarded vector that a decision overrules is denied', t => {
	const overruled = overruledVectors<Vector>('ssrf');
	t.is(overruled.length, 9);
	for (const vector of overruled) {
		t.false(run(vector).ok, vector.id);
	}
});

const open = ['a.example', 443] as const;

const never: readonly string[] = [
	'127.0.0.1',
	'0.0.0.0',
	'169.254.169.254',
	'224.0.0.1',
	'240.0.0.1',
	'168.63.129.16',
	'100.100.100.200',
	'::1',
	'::',
	'fe80::1',
	'ff02::1',
	'fd00:ec2::254',
	'::ffff:127.0.0.1',
	'::ffff:7f00:1',
	'64:ff9b::7f00:1',
	'64:ff9b::a9fe:a9fe',
	'2002:7f00:1::1',
	'::127.0.0.1',
];

for (const address of never) {
	test(`${address} is reached neither by default nor by allowed_ips`, t => {
		const lists = [[], ['10.0.0.0/8'], ['100.64.0.0/10'], ['fc00::/7'], [address]];
		for (const list of lists) {
			t.false(guard(policyFor(...open, list), connectionTo(...open), [address], nothing).ok);
		}
	});
}

const inner: readonly string[] = [
	'10.0.0.1',
	'172.16.0.1',
	'192.168.1.1',
	'100.64.0.1',
	'198.18.0.1',
	'fd00::1',
	'fec0::1',
	'2001:0:a00:1::1',
	'64:ff9b:1::a00:1',
	'64:ff9b::a00:1',
	'2002:a00:1::1',
];

for (const address of inner) {
	test(`${address} is private, and no rule opens it by naming the host`, t => {
		const result = guard(policyFor(...open), connectionTo(...open), [address], nothing);
		t.like(result, {ok: false, error: {code: 'address_internal'}});
		t.true(!result.ok && result.error.reason.endsWith(', connection rejected'));
	});
}

test('a private network opens through allowed_ips, and only that one', t => {
	const policy = policyFor('svc.corp', 443, ['10.0.0.0/8']);
	const intent = connectionTo('svc.corp');
	t.deepEqual(guard(policy, intent, ['10.1.2.3', '10.0.0.1'], nothing), {
		ok: true,
		value: ['10.1.2.3', '10.0.0.1'],
	});
	t.deepEqual(guard(policy, intent, ['10.1.2.3', '192.168.0.1'], nothing), {
		ok: false,
		error: {
			code: 'address_not_listed',
			reason: 'svc.corp resolves to 192.168.0.1 which is not in allowed_ips, connection rejected',
		},
	});
	t.like(guard(policy, intent, ['8.8.8.8'], nothing), {error: {code: 'address_not_listed'}});
});

test('an IPv4 address in IPv6 clothes is judged and dialled as itself', t => {
	const policy = policyFor('svc.corp', 443, ['10.0.0.0/8']);
	t.deepEqual(guard(policy, connectionTo('svc.corp'), ['::ffff:10.0.0.1'], nothing), {
		ok: true,
		value: ['10.0.0.1'],
	});
});

test('one bad address spoils all', t => {
	t.false(guard(policyFor(...open), connectionTo(...open), ['8.8.8.8', '10.0.0.1'], nothing).ok);
});

test('text that is not an address is not dialled', t => {
	for (const text of ['evil.example', '0x7f.1', '8.8.8.8%eth0', '']) {
		t.like(guard(policyFor(...open), connectionTo(...open), [text], nothing), {
			error: {code: 'address_blocked'},
		});
	}

	t.like(guard(policyFor(...open), connectionTo(...open), [], nothing), {
		error: {code: 'name_unresolved'},
	});
});

test('control-plane ports are closed in every mode', t => {
	for (const port of [2379, 2380, 6443, 10_250, 10_255]) {
		for (const list of [[], ['8.8.8.0/24']]) {
			const result = guard(
				policyFor('k8s.example', port, list),
				connectionTo('k8s.example', port),
				['8.8.8.8'],
				nothing,
			);
			t.deepEqual(result, {
				ok: false,
				error: {
					code: 'port_blocked',
					reason: `port ${port} is a blocked control-plane port, connection rejected`,
				},
			});
		}
	}
});

test('this machine and our own ports are never reached (X38)', t => {
	const surroundings = {
		interfaceAddresses: ['203.0.114.7', '10.0.0.5', 'fd12::5', 'fe80::5%eth0', '2001:db9::5'],
		ownPorts: [8443],
	};
	const everywhere = policyFor(...open, []);
	for (const address of [
		'203.0.114.7',
		'::ffff:203.0.114.7',
		'64:ff9b::cb00:7207',
		'2002:cb00:7207::1',
		'2001:db9:0:0::5',
	]) {
		t.like(guard(everywhere, connectionTo(...open), [address], surroundings), {
			error: {code: 'address_blocked'},
		});
	}

	const inside = policyFor(...open, ['10.0.0.0/8', 'fc00::/7']);
	t.true(guard(inside, connectionTo(...open), ['10.0.0.6', 'fd12::6'], surroundings).ok);
	t.like(guard(inside, connectionTo(...open), ['10.0.0.5'], surroundings), {
		error: {code: 'address_blocked'},
	});
	t.like(guard(inside, connectionTo(...open), ['fd12::5'], surroundings), {
		error: {code: 'address_blocked'},
	});
	const ours = policyFor('a.example', 8443);
	t.like(guard(ours, connectionTo('a.example', 8443), ['8.8.8.8'], surroundings), {
		error: {code: 'port_blocked'},
	});
});

test('the metadata name is closed wherever it leads', t => {
	const host = 'metadata.google.internal';
	t.like(guard(policyFor(host, 80), connectionTo(host, 80), ['8.8.8.8'], nothing), {
		error: {code: 'address_blocked'},
	});
});

test('where endpoints of the caller disagree, all of them count', t => {
	const policy = compiled(`
version: 1
network_policies:
  one:
    endpoints:
      - { host: a.example, port: 443, allowed_ips: ["10.0.0.0/8"] }
      - { host: "*.example", port: 443, allowed_ips: ["10.1.0.0/16"] }
    binaries: [{ path: /usr/bin/curl }]
  other_binary:
    endpoints: [{ host: a.example, port: 443 }]
    binaries: [{ path: /opt/other }]
`);
	t.true(guard(policy, connectionTo('a.example'), ['10.1.0.1'], nothing).ok);
	t.false(guard(policy, connectionTo('a.example'), ['10.2.0.1'], nothing).ok);
	t.false(guard(policy, requestTo('a.example', 'GET', '/'), ['10.2.0.1'], nothing).ok);
	const other = {binary: '/opt/other', ancestors: []};
	t.false(guard(policy, connectionTo('a.example', 443, other), ['10.1.0.1'], nothing).ok);
});

test('a list with an entry that cannot be read is no list', t => {
	for (const entry of ['10.0.0.0/33', 'ten', '127.0.0.0/8', '0.0.0.0/0', '::/0']) {
		const policy = policyFor(...open, ['8.8.8.0/24', entry]);
		const result = guard(policy, connectionTo(...open), ['8.8.8.8'], nothing);
		t.like(result, {error: {code: 'allowed_ips_invalid'}});
		t.true(!result.ok && result.error.reason.startsWith('invalid allowed_ips in policy: '));
	}
});
