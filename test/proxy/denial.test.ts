import test from 'ava';
import type {Deny} from '../../policies/model/decision.ts';
import {makeDenial} from '../../proxy/denial.ts';
import type {Subject} from '../../proxy/subject.ts';
import {connect, deny} from '../helpers/gate-world.ts';

const made = {at: 1, ulid: '0'.repeat(26)};
const subject: Subject = {connection: connect().connection, host: 'api.example.com', port: 443};
const request = {id: 'r', scheme: 'https', method: 'GET', path: '/a', isTunnelled: true} as const;

const detailOf = (given: Partial<Subject>, refusal: Deny): string =>
	makeDenial(made, {...subject, ...given}, refusal, undefined).detail;

test('what comes from outside is cleaned and masked', t => {
	const denial = makeDenial(
		made,
		{
			...subject,
			host: 'evil\u202e.test',
			caller: {binary: '/tmp/\u001b[2Jcurl', ancestors: []},
			request: {...request, path: '/bot/ghp_0123456789abcdefghijABCDEFGHIJ012345/x'},
		},
		{...deny('no_endpoint'), reason: 'line\nbreak'},
		undefined,
	);
	t.is(denial.path, '/bot/[masked]/x');
	t.notRegex(JSON.stringify(denial), /\\u001b|\\n|\u202e|ghp_/);
});

for (const [title, given, refusal, detail] of [
	['a CONNECT', {}, deny('no_endpoint'), 'CONNECT api.example.com:443 not permitted by policy'],
	[
		'a CONNECT to IPv6',
		{host: '2001:db8::1'},
		deny('no_endpoint'),
		'CONNECT [2001:db8::1]:443 not permitted by policy',
	],
	[
		'a changed policy',
		{},
		deny('policy_changed'),
		'CONNECT api.example.com:443 not permitted because policy changed',
	],
	['a request in a tunnel', {request}, deny('not_permitted', 'l7'), 'because not_permitted'],
	[
		'a control-plane port',
		{},
		deny('port_blocked'),
		'CONNECT api.example.com:443 blocked: control-plane port',
	],
	['a failure', {}, deny('upstream_timeout'), 'connection to api.example.com:443 failed'],
] as const) {
	test(`the detail of ${title} is worded as the contract`, t => {
		t.is(detailOf(given, refusal), detail);
	});
}
