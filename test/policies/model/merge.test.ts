import test from 'ava';
import {merge} from '../../../policies/model/merge.ts';
import type {AllowRule, NetworkRule, Policy} from '../../../policies/model/policy.ts';
import {readAddRule, readPolicy} from '../../helpers/policies.ts';
import {contractVectors, overruledVectors} from '../../helpers/vectors.ts';

type Vector = {
	readonly id: string;
	readonly base: string;
	readonly operations: ReadonlyArray<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
	readonly expect: {
		readonly ok: boolean;
		readonly error?: string;
		readonly rules?: Readonly<Record<string, unknown>>;
		readonly warnings?: readonly string[];
		readonly changed?: boolean;
	};
	readonly error_contains?: string;
};

const run = ({base, operations}: Pick<Vector, 'base' | 'operations'>) =>
	merge(readPolicy(base), {addRule: readAddRule(operations[0]?.['addRule'] ?? {})});

const isAddRule = ({operations}: Vector): boolean =>
	operations.length === 1 && operations[0]?.['addRule'] !== undefined;

/** The form in which the vectors show rules; defaults are left out there. */
const shown = (policy: Policy) =>
	Object.fromEntries([...policy.network_policies].map(([key, rule]) => [key, shownRule(rule)]));

const shownRule = ({endpoints, binaries}: NetworkRule) => ({
	endpoints: endpoints.map(({host, ports, path, protocol, enforcement, access, rules}) => ({
		host,
		ports,
		...(path && {path}),
		...(protocol && {protocol}),
		...(protocol && {enforcement}),
		...(access && {access}),
		...(rules.length > 0 && {rules: rules.map(shownAllow)}),
	})),
	binaries: binaries.map(({path}) => path),
});

const shownAllow = ({allow}: AllowRule): string => `${allow.method} ${allow.path}`;

/** Decision 1: enforcement is always said. */
const withDefaults = (rules: Readonly<Record<string, unknown>> = {}) =>
	JSON.parse(JSON.stringify(rules), (key, value) =>
		key !== 'endpoints'
			? value
			: value.map((endpoint: Readonly<Record<string, unknown>>) =>
					endpoint['protocol'] ? {enforcement: 'enforce', ...endpoint} : endpoint,
				),
	);

for (const vector of contractVectors<Vector>('merge').filter(isAddRule)) {
	test(`merges as upstream: ${vector.id}`, t => {
		const result = run(vector);
		t.is(result.ok, vector.expect.ok);
		if (result.ok) {
			t.deepEqual(shown(result.value.policy), withDefaults(vector.expect.rules));
			t.deepEqual<readonly string[], readonly string[]>(
				result.value.warnings.map(({kind}) => kind),
				vector.expect.warnings ?? [],
			);
			t.is(result.value.changed, vector.expect.changed ?? false);
		} else {
			t.is<string, string>(result.error.kind, vector.expect.error ?? '');
			t.true(result.error.message.includes(vector.error_contains ?? ''), result.error.message);
		}
	});
}

test('provenance is dropped, all else merges as upstream (decision 7)', t => {
	const vector = overruledVectors<Vector>('merge').find(({id}) => id === 'merge-047');
	const result = vector && run(vector);
	t.true(result?.ok);
	if (vector && result?.ok) {
		const expected = JSON.stringify(vector.expect.rules).replace(',"advisor_proposed":true', '');
		t.deepEqual(shown(result.value.policy), JSON.parse(expected));
		t.is(result.value.landed, 'github_api_readonly' as typeof result.value.landed);
		t.deepEqual(
			result.value.warnings.map(({kind}) => kind),
			['ExpandedAccessPreset'],
		);
	}
});

test('any binary is written /** and guarded as upstream guards an empty list (decision 2)', t => {
	const vectors = overruledVectors<Vector>('merge').filter(({id}) => id !== 'merge-047');
	t.deepEqual(
		vectors.map(({id}) => id),
		['merge-007', 'merge-027'],
	);
	for (const vector of vectors) {
		const anyBinary = [{path: '/**'}];
		const text = JSON.stringify(vector.operations).replace(
			'"binaries":[]',
			`"binaries":${JSON.stringify(anyBinary)}`,
		);
		const result = run({
			base: vector.base.replace('binaries: []', 'binaries: [{path: /**}]'),
			operations: JSON.parse(text),
		});
		t.false(result.ok);
		if (!result.ok) {
			t.is<string, string>(result.error.kind, vector.expect.error ?? '');
			t.true(result.error.message.includes(vector.error_contains ?? ''), result.error.message);
		}
	}
});

const base = (endpoint: string, binaries = '/usr/bin/a'): string => `
version: 1
network_policies:
  one:
    endpoints: [{ host: h.example, port: 443, ${endpoint} }]
    binaries: [${binaries
			.split(' ')
			.map(path => `{ path: ${path} }`)
			.join(', ')}]
`;

const add = (endpoint: object, binaries = '/usr/bin/a', ruleName = 'two') => ({
	ruleName,
	rule: {
		endpoints: [{host: 'h.example', port: 443, ...endpoint}],
		binaries: binaries.split(' ').map(path => ({path})),
	},
});

const rest = {
	protocol: 'rest',
	enforcement: 'enforce',
	rules: [{allow: {method: 'GET', path: '/a'}}],
};

const merged = (text: string, addRule: object) => {
	const result = run({base: text, operations: [{addRule: addRule as Record<string, unknown>}]});
	return result.ok
		? {
				landed: result.value.landed,
				warnings: result.value.warnings.map(({kind}) => kind),
				one: result.value.policy.network_policies.get('one' as never)?.endpoints[0],
				policy: result.value.policy,
			}
		: {error: result.error};
};

test('an operation must name a rule and at least one endpoint', t => {
	t.like(merged('version: 1', add({}, '/a', ' ')), {error: {kind: 'MissingRuleNameForAddRule'}});
	t.like(merged('version: 1', add({}, '/a', '_provider_x')), {error: {kind: 'ReservedRuleName'}});
	const empty = {ruleName: 'x', rule: {endpoints: [], binaries: []}};
	t.like(merged('version: 1', empty), {error: {kind: 'EmptyAddRuleEndpoints'}});
});

test('a new rule lands under its own name, in sorted order, without repetition', t => {
	const twice = {...rest, rules: [...rest.rules, ...rest.rules], ports: [8443, 443, 443]};
	const result = merged(base(''), add({...twice, host: 'new.example'}, '/a /a', 'a'));
	t.like(result, {landed: 'a', warnings: []});
	t.deepEqual(
		[...(result.policy?.network_policies ?? [])].map(([key]) => key as string),
		['a', 'one'],
	);
	const rule = result.policy?.network_policies.get('a' as never);
	t.like(rule, {name: 'a', binaries: [{path: '/a'}]});
	t.deepEqual(rule?.endpoints[0]?.ports, [443, 8443]);
	t.is(rule?.endpoints[0]?.rules.length, 1);
});

const put = {protocol: 'rest', rules: [{allow: {method: 'PUT', path: '/b'}}]};

const withSecond = (second: object) => {
	const operation = add(rest);
	const endpoints = [...operation.rule.endpoints, {host: 'h.example', port: 443, ...second}];
	const result = merged('version: 1', {...operation, rule: {...operation.rule, endpoints}});
	const landed = result.policy?.network_policies.get('two' as never)?.endpoints ?? [];
	return landed.map(({ports, rules}) => `${ports.join()} ${rules.length}`);
};

test('endpoints of one operation that name the same place and ports become one', t => {
	t.deepEqual(withSecond(put), ['443 2']);
});

test('endpoints of one operation whose ports differ stay apart, so no port gets the rules of another', t => {
	t.deepEqual(withSecond({...put, ports: [443, 8443]}), ['443 1', '443,8443 1']);
});

test('of several endpoints for a place the one with the same ports is meant', t => {
	const text = base('protocol: rest, rules: [{allow: {method: GET, path: /a}}]').replace(
		'[{',
		'[{ host: h.example, ports: [443, 8443], protocol: rest, access: full }, {',
	);
	const result = merged(text, add(put, '/usr/bin/a', 'one'));
	const endpoints = result.policy?.network_policies.get('one' as never)?.endpoints;
	t.deepEqual(
		endpoints?.map(({rules}) => rules.length),
		[0, 2],
	);
});

test('what stands is kept, and each difference is a warning', t => {
	const standing = 'protocol: rest, enforcement: audit, access: read-only';
	t.like(merged(base(standing), add({...rest, protocol: 'websocket'})), {
		warnings: ['ExistingProtocolRetained', 'ExistingEnforcementRetained', 'ExpandedAccessPreset'],
		one: {protocol: 'rest', enforcement: 'audit', access: ''},
	});
	t.like(
		merged(base('protocol: rest, access: read-only'), add({protocol: 'rest', access: 'full'})),
		{
			warnings: ['ExistingAccessRetained'],
			one: {access: 'read-only'},
		},
	);
	t.like(
		merged(
			base('protocol: rest, rules: [{allow: {method: GET, path: /a}}]'),
			add({protocol: 'rest', access: 'full'}),
		),
		{warnings: ['IgnoredIncomingAccessBecauseRulesExist'], one: {access: ''}},
	);
	t.like(merged(base('protocol: rest, access: full'), add({...rest, signing_service: 's3'})), {
		warnings: ['ExistingFieldsRetained', 'ExpandedAccessPreset'],
		one: {signing_service: ''},
	});
});

test('an unsaid tls or enforcement never adopts another one (X11)', t => {
	t.like(merged(base(''), add({tls: 'skip'})), {
		warnings: ['ExistingTlsRetained'],
		one: {tls: ''},
	});
	t.like(merged(base('protocol: rest, access: full'), add({tls: 'skip'})), {
		warnings: ['ExistingTlsRetained'],
		one: {tls: '', protocol: 'rest'},
	});
	t.like(merged(base('', '/usr/bin/a'), add({...rest, enforcement: 'audit'})), {
		warnings: ['ExistingEnforcementRetained'],
		one: {enforcement: 'enforce', protocol: 'rest'},
	});
});

test('a new binary does not inherit audit or a raw tunnel it did not name (X11)', t => {
	for (const endpoint of ['protocol: rest, access: full, enforcement: audit', 'tls: skip']) {
		t.like(merged(base(endpoint), add({}, '/usr/bin/b', 'one')), {
			error: {kind: 'NewBinaryWouldInheritAuthorization'},
		});
	}

	t.like(merged(base('tls: skip'), add({tls: 'skip'}, '/usr/bin/b')), {
		landed: 'one',
		warnings: [],
	});
});

test('a new binary does not inherit what an agent may not ask for (X10, X11)', t => {
	for (const endpoint of [
		'allowed_ips: [10.0.0.0/8]',
		'protocol: rest, access: full, allow_encoded_slash: true',
		'protocol: rest, access: full, request_body_credential_rewrite: true',
		'protocol: websocket, access: full, websocket_credential_rewrite: true',
		'allow_uninspected_credentials: true',
		'protocol: rest, access: full, credential_binding: { provider: github }',
	]) {
		t.like(merged(base(endpoint), add({}, '/usr/bin/b', 'one')), {
			error: {kind: 'NewBinaryWouldInheritAuthorization'},
		});
		t.like(merged(base(endpoint), add({}, '/usr/bin/b')), {landed: 'two'});
	}

	const both = {allowed_ips: ['10.0.0.0/8'], allow_uninspected_credentials: true};
	const text = base('allowed_ips: [10.0.0.0/8], allow_uninspected_credentials: true');
	t.like(merged(text, add(both, '/usr/bin/b')), {landed: 'one', warnings: []});
});

test('a new binary does not inherit rules that the operation does not name', t => {
	const text = base(
		'protocol: rest, rules: [{allow: {method: GET, path: /a}}, {allow: {method: DELETE, path: /a}}]',
	);
	t.like(merged(text, add(rest, '/usr/bin/b', 'one')), {
		error: {kind: 'NewBinaryWouldInheritAuthorization'},
	});
	t.like(merged(text, add(rest, '/usr/bin/b')), {
		landed: 'two',
		warnings: ['KeptRequestedRuleNameToAvoidWidening'],
	});
	const all = {...rest, rules: [...rest.rules, {allow: {method: 'DELETE', path: '/a'}}]};
	t.like(merged(text, add(all, '/usr/bin/b')), {landed: 'one', warnings: []});
});

test('a port that the operation does not name is not changed', t => {
	const text = base('protocol: rest, access: read-only').replace('port: 443', 'ports: [443, 8443]');
	t.like(merged(text, add(rest, '/usr/bin/a', 'one')), {
		error: {
			kind: 'UndeclaredPortWouldChange',
			message:
				"addRule 'one' would change h.example on undeclared ports [8443]; declare them too, or ask under a rule name of its own",
		},
	});
	t.like(merged(text, add(rest)), {landed: 'two'});
});

test('a new port does not get what was said of another', t => {
	for (const said of [
		'protocol: rest, access: full',
		'protocol: rest, rules: [{allow: {method: DELETE, path: /a}}]',
	]) {
		const asked = add({...rest, ports: [443, 8443]}, '/usr/bin/a', 'one');
		t.like(merged(base(said), asked), {error: {kind: 'UndeclaredPortWouldChange'}});
		t.like(merged(base(said), {...asked, ruleName: 'two'}), {landed: 'two'});
	}

	const same = add({...rest, ports: [443, 8443]}, '/usr/bin/a', 'one');
	t.like(merged(base('protocol: rest, rules: [{allow: {method: GET, path: /a}}]'), same), {
		warnings: [],
		one: {ports: [443, 8443]},
	});
});

test('a raw tunnel does not become an inspected endpoint that cannot inspect it', t => {
	t.like(merged(base('tls: skip'), add(rest)), {
		error: {kind: 'ConflictingInspectionContracts'},
	});
});

test('any binary is a new scope that must declare everything', t => {
	const text = base('protocol: rest, access: full')
		.replace('binaries:', '  { host: admin.example, port: 443 }]\n    binaries:')
		.replace('}]\n', '},\n');
	t.like(merged(text, add({}, '/**', 'one')), {
		error: {
			kind: 'NewBinaryWouldInheritAuthorization',
			message:
				"addRule 'one' would grant any binary undeclared authorization for admin.example on ports [443]; declare that too, or ask under a rule name of its own",
		},
	});
});

test('an any-binary rule stays one when a binary is named', t => {
	const result = merged(base('protocol: rest, access: full', '/**'), add({}, '/usr/bin/b', 'one'));
	t.like(result, {warnings: ['ExistingAnyBinaryScopeRetained'], landed: 'one'});
	t.deepEqual(result.policy?.network_policies.get('one' as never)?.binaries, [{path: '/**'}]);
});

test('binaries already there are not handed what others asked for', t => {
	const text = base('protocol: rest, access: read-only', '/usr/bin/a /usr/bin/b');
	t.like(merged(text, add(rest, '/usr/bin/a', 'one')), {
		error: {
			kind: 'ExistingBinariesWouldInheritAuthorization',
			message:
				"addRule 'one' would also grant h.example to binaries it does not name; also declare '/usr/bin/b', or ask under a rule name of its own",
		},
	});
	t.like(merged(text, add(rest)), {
		landed: 'two',
		warnings: ['KeptRequestedRuleNameToAvoidWidening'],
	});
});

test('a rule of a provider is never joined by place', t => {
	const text = base('protocol: rest, access: full').replace('one:', '_provider_one:');
	t.like(merged(text, add(rest)), {landed: 'two', warnings: []});
});

test('names like those of objects are only names (X39)', t => {
	t.like(merged('version: 1', add(rest, '/a', '__proto__')), {landed: '__proto__'});
	t.like(merged(base(''), add({...rest, host: 'x.example'}, '/a', 'constructor')), {
		landed: 'constructor',
	});
});
