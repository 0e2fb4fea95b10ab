import test from 'ava';
import {denyBody} from '../../../plugins/deny-body/plugin.ts';
import {type DenialCode, denialCodes} from '../../../policies/model/codes.ts';
import type {Denial} from '../../../policies/model/denial.ts';
import {parseOperation} from '../../../policies/model/operation-parse.ts';
import type {Answer, PluginHost} from '../../../policies/model/plugin.ts';
import {defaultSettings} from '../../../policies/model/settings.ts';
import {aDenial} from '../../helpers/denials.ts';
import {aChunk, fakeGateway} from '../../helpers/gateway.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';

const render = (denial: Denial, ports: Partial<PluginHost> = {}) => {
	const answer = denyBody(fakeHost({gateway: fakeGateway(), ...ports})).hooks?.onDenied?.(
		denial,
	) as Answer;
	return {
		...answer,
		json: JSON.parse(answer.body) as Record<string, unknown>,
		header: (name: string) => answer.headers.find(([key]) => key === name)?.[1],
	};
};

const operation = () => {
	const parsed = parseOperation(aChunk().operation, {author: 'agent'});
	if (!parsed.ok) {
		throw new Error(JSON.stringify(parsed.error));
	}

	return parsed.value;
};

const off: Partial<PluginHost> = {
	settings: () => ({...defaultSettings, agent_policy_proposals_enabled: false}),
};

test('an L7 denial has the keys of the contract and ours beside them', t => {
	const {status, json, header} = render(aDenial({suggested_operation: operation()}));
	t.is(status, 403);
	t.is(header('x-openshell-policy'), 'github');
	t.like(json, {
		error: 'policy_denied',
		code: 'not_permitted',
		denial_id: 'den_01JD8Q4ZK3M5N7P9R1T3V5X7Z9',
		policy: 'github',
		rule: 'POST /user/repos',
		detail: 'POST api.github.com:443/user/repos denied by L7 policy',
		reason: 'POST /user/repos not permitted by policy',
		layer: 'l7',
		protocol: 'rest',
		method: 'POST',
		path: '/user/repos',
		host: 'api.github.com',
		port: 443,
		binary: '/usr/bin/curl',
		rule_missing: {
			type: 'rest_allow',
			layer: 'l7',
			method: 'POST',
			path: '/user/repos',
			host: 'api.github.com',
			port: 443,
			binary: '/usr/bin/curl',
		},
	});
	t.true(parseOperation(json['suggested_operation'], {author: 'agent'}).ok);
	t.deepEqual(Object.keys(json), Object.keys(json).toSorted());
});

test('the four next steps are those of the contract, with a skill file that exists here', t => {
	const {json} = render(aDenial());
	t.deepEqual(json['next_steps'], [
		{action: 'read_skill', path: '/opt/openshell/skills/policy_advisor.md'},
		{action: 'inspect_policy', method: 'GET', url: 'http://policy.local/v1/policy/current'},
		{action: 'inspect_recent_denials', method: 'GET', url: 'http://policy.local/v1/denials?last=5'},
		{
			action: 'submit_proposal',
			body_type: 'PolicyMergeOperation',
			method: 'POST',
			url: 'http://policy.local/v1/proposals',
		},
	]);
	t.regex(
		String(json['agent_guidance']),
		/policy_advisor\.md.*http:\/\/policy\.local\/v1\/proposals.*policy_reloaded: true/,
	);
});

test('while proposals are off a denial invites nothing', t => {
	const {json} = render(aDenial({suggested_operation: operation()}), off);
	t.deepEqual(json['next_steps'], []);
	t.false('agent_guidance' in json);
	t.false('suggested_operation' in json);
});

test('without a gateway nobody is sent to propose, and the denial says why', t => {
	const {json} = render(aDenial({suggested_operation: operation()}), {gateway: undefined});
	t.deepEqual(
		(json['next_steps'] as readonly {readonly action: string}[]).map(({action}) => action),
		['inspect_policy', 'inspect_recent_denials'],
	);
	t.regex(String(json['agent_guidance']), /without a gateway.*Tell your user/);
	t.notRegex(JSON.stringify(json), /v1\/proposals/);
	t.false('suggested_operation' in json);
	t.regex(
		String(render(aDenial({code: 'deny_rule'}), {gateway: undefined}).json['agent_guidance']),
		/No proposal can change this/,
	);
});

test('an L4 denial has the same shape, and says when its suggestion is broader', t => {
	const {method: _method, path: _path, policy: _policy, ...l4} = aDenial();
	const {json, header} = render({
		...l4,
		layer: 'l4',
		code: 'no_endpoint',
		detail: 'CONNECT api.github.com:443 not permitted by policy',
		suggested_operation: operation(),
		suggestion_is_broader: true,
	});
	t.like(json, {
		error: 'policy_denied',
		layer: 'l4',
		detail: 'CONNECT api.github.com:443 not permitted by policy',
		suggestion_is_broader: true,
		rule_missing: {
			type: 'l4_allow',
			layer: 'l4',
			host: 'api.github.com',
			port: 443,
			binary: '/usr/bin/curl',
		},
	});
	t.is((json['next_steps'] as unknown[]).length, 4);
	t.false('method' in json);
	t.false('policy' in json);
	t.is(header('x-openshell-policy'), undefined);
});

test('where no proposal could help, none is invited', t => {
	const {json} = render(aDenial({code: 'deny_rule'}));
	t.deepEqual(json['next_steps'], []);
	t.regex(String(json['agent_guidance']), /No proposal can change this/);
});

test('what is no question of policy has no rule to miss', t => {
	const {json, status} = render(aDenial({code: 'upstream_unreachable'}));
	t.is(status, 502);
	t.is(json['error'], 'upstream_unreachable');
	for (const key of [
		'rule_missing',
		'next_steps',
		'policy',
		'rule',
		'protocol',
		'suggested_operation',
	]) {
		t.false(key in json, key);
	}
});

test('a missing proxy token is told how to authenticate', t => {
	const {status, header} = render(aDenial({code: 'proxy_auth_required'}));
	t.is(status, 407);
	t.is(header('proxy-authenticate'), 'Basic realm="openshell"');
});

test('every code renders with its own status, word and remedy, and headers that match the body', t => {
	for (const [code, facts] of Object.entries(denialCodes)) {
		const {status, json, header, body} = render(aDenial({code: code as DenialCode}));
		t.is(status, facts.status, code);
		t.is(json['error'], facts.error, code);
		t.is(json['code'], code);
		t.is(typeof json['agent_guidance'], 'string', code);
		t.is(header('content-length'), String(Buffer.byteLength(body)), code);
		t.is(header('connection'), 'close');
		t.is(header('cache-control'), 'no-store');
		t.is(header('x-content-type-options'), 'nosniff');
	}
});

test('a rule name that is not plain text never becomes a header', t => {
	const {header} = render(aDenial({policy: 'x\r\nset-cookie: a=b' as never}));
	t.is(header('x-openshell-policy'), undefined);
});

test('unknown and blank facts are left out', t => {
	const {json} = render(aDenial({host: '', port: 0, binary: ''}));
	t.false('host' in json);
	t.false('port' in json);
	t.false('binary' in json);
});
