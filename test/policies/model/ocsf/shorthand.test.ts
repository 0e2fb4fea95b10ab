import test from 'ava';
import type {Event} from '../../../../policies/model/event.ts';
import {toOcsf} from '../../../../policies/model/ocsf/map.ts';
import {shorthand} from '../../../../policies/model/ocsf/shorthand.ts';
import {envelope} from '../../../helpers/events.ts';
import {hasSchemas, ocsfExamples, whySkipped} from '../../../helpers/ocsf-schemas.ts';

const place = {
	at: Date.UTC(2026, 10, 21, 21, 30, 14),
	connection: 'con_1',
	host: 'api.github.com',
	port: 443,
	address: '140.82.121.6',
	client: {address: '127.0.0.1', port: 37_494},
	caller: {binary: '/usr/bin/curl', ancestors: ['/usr/bin/bash'], pid: 58},
	engine: 'opa',
};
const request = {
	...place,
	request: 'req_1',
	scheme: 'https' as const,
	method: 'POST',
	path: '/user/repos',
	rule: 'github',
};
const denied = {
	code: 'not_permitted' as const,
	reason: 'POST /user/repos not permitted by policy',
	denial: 'den_1' as never,
};
const ruling = {
	id: 'rul_1' as never,
	chunk_id: 'chk_1' as never,
	action: 'approve' as const,
	by: {kind: 'person' as const, name: 'alice', via: 'cli' as const},
	tier: 'advisory' as const,
	review_token: 'aa',
	candidate_hash: 'bb',
	reason: '',
	guidance_code: '',
	at: '',
};
const chunk = {
	at: place.at,
	sandbox: 'demo',
	chunk: 'chk_1' as never,
	summary: 'add-rule r endpoints=[api.github.com:443]',
	hosts: ['api.github.com'],
};
const time = '2026-11-21T21:30:14.000Z OCSF';

const lines: ReadonlyArray<readonly [Event, string]> = [
	[
		{
			kind: 'proxy.started',
			at: place.at,
			revision: 7,
			pid: 9,
			previousWasKilled: true,
			overrides: [],
		},
		'LIFECYCLE:START [INFO] OpenShell Proxy success [policy_version:7 pid:9 previous:killed]',
	],
	[
		{
			kind: 'policy.reloaded',
			at: place.at,
			source: 'gateway',
			revision: 8,
			hash: 'cd',
			ruleCount: 2,
			previousRevision: 7,
		},
		'CONFIG:LOADED [INFO] Policy reloaded successfully [source:gateway version:8 hash:sha256:cd]',
	],
	[
		{
			kind: 'policy.load_failed',
			at: place.at,
			source: 'gateway',
			revision: 8,
			error: 'bad',
			isPreviousKept: true,
		},
		`CONFIG:LOAD_FAILED [HIGH] Policy v8 rejected, previous policy stays active [source:gateway version:7 hash:sha256:${'ab'.repeat(32)}] [reason:bad]`,
	],
	[
		{kind: 'net.open.allowed', ...place, rule: 'github', because: 'endpoint'},
		'NET:OPEN [INFO] ALLOWED /usr/bin/curl(58) -> api.github.com:443 [policy:github engine:opa]',
	],
	[
		{
			kind: 'net.open.denied',
			...place,
			...denied,
			code: 'no_endpoint',
			reason: 'endpoint api.github.com:443 is not allowed by any policy',
		},
		'NET:OPEN [MED] DENIED /usr/bin/curl(58) -> api.github.com:443 [policy:- engine:opa] [code:no_endpoint denial_id:den_1] [reason:endpoint api.github.com:443 is not allowed by any policy]',
	],
	[
		{
			kind: 'net.ssrf.blocked',
			...place,
			engine: 'ssrf',
			...denied,
			code: 'address_blocked',
			reason: 'link-local',
			connectTo: true,
		},
		'NET:OPEN [HIGH] DENIED /usr/bin/curl(58) -> api.github.com:443 [policy:- engine:ssrf] [code:address_blocked denial_id:den_1 connect_to:true] [reason:link-local]',
	],
	[
		{
			kind: 'net.close',
			...place,
			bytesIn: 16_890,
			bytesOut: 1452,
			durationMs: 5000,
			cause: 'policy changed',
		},
		'NET:CLOSE [INFO] /usr/bin/curl(58) -> api.github.com:443 [policy:- engine:opa] [in:16890 out:1452] [reason:policy changed]',
	],
	[
		{kind: 'http.request.denied', ...request, engine: 'l7-rest', ...denied, status: 403},
		'HTTP:POST [MED] DENIED /usr/bin/curl(58) -> POST https://api.github.com/user/repos 403 [policy:github engine:l7-rest] [code:not_permitted denial_id:den_1 reason:POST /user/repos not permitted by policy]',
	],
	[
		{
			kind: 'http.request.audited',
			...request,
			engine: 'l7-rest',
			status: 204,
			latencyMs: 1,
			code: 'not_permitted',
			reason: 'r',
		},
		'HTTP:POST [LOW] OBSERVED /usr/bin/curl(58) -> POST https://api.github.com/user/repos 204 [policy:github engine:l7-rest] [enforcement:audit would:deny code:not_permitted]',
	],
	[
		{kind: 'proposal.approved', ...chunk, ruling, revision: 8},
		'CONFIG:APPROVED [INFO] gateway approved draft chunk chk_1: add-rule r endpoints=\\[api.github.com:443\\] [chunk:chk_1 decided_by:person tier:advisory version:8 hash:sha256:bb]',
	],
	[
		{
			kind: 'proposal.rejected',
			...chunk,
			ruling: {...ruling, action: 'reject', reason: 'Scope this\nto docs/ only.'},
		},
		'CONFIG:REJECTED [LOW] gateway rejected draft chunk chk_1: add-rule r endpoints=\\[api.github.com:443\\] [chunk:chk_1 decided_by:person tier:advisory] [reason:Scope this to docs/ only.]',
	],
	[
		{
			kind: 'log.degraded',
			at: place.at,
			count: 120,
			firstSequence: 1,
			lastSequence: 120,
			cause: 'no space left',
		},
		'LIFECYCLE:LOG_DEGRADED [HIGH] OpenShell Proxy failure [first_lost_sequence:1 last_lost_sequence:120] [reason:no space left]',
	],
];

for (const [event, line] of lines) {
	test(`the line of ${event.kind} follows the grammar`, t => {
		t.is(shorthand(toOcsf(event, envelope())), `${time} ${line}`);
	});
}

test('the printer writes the published examples as they are published', t => {
	if (!hasSchemas) {
		t.log(whySkipped);
		t.pass();
		return;
	}

	const classes = new Set([4001, 4002, 5019, 6002]);
	const ours = ocsfExamples().filter(
		({record, line}) =>
			classes.has((record as {class_uid: number}).class_uid) && !line.includes('CONFIG:RELOADED'),
	);
	t.true(ours.length > 20);
	for (const {record, line} of ours) {
		t.is(shorthand(record), line);
	}
});
