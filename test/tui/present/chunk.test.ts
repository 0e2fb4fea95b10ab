import test from 'ava';
import type {Chunk} from '../../../policies/model/chunk.ts';
import {presentChunk, presentHeader} from '../../../tui/present/chunk.ts';
import {textOf} from '../../../tui/present/line.ts';
import {makeChunk} from '../../helpers/chunk.ts';

const show = (chunk: Chunk): string[] => presentChunk(chunk).map(textOf);

test('a proposal is shown whole: facts, evidence, the rule it makes, and the claim last', t => {
	t.deepEqual(show(makeChunk()), [
		'  Chunk: chk_01J8Z3V9K6QXW4T2N5R7M8B0CD',
		'  Status: pending',
		'  Rule: github_create',
		'  Lands in: github_api',
		'  Binary: /usr/bin/node',
		'  Confidence: 75%',
		'  Prover: validation unavailable',
		'  Candidate: 222222222222',
		'  Tier: advisory: the program could get round the proxy',
		'  Endpoints: api.github.com:443 [L7 rest, allow POST /user/repos]',
		'  Binaries: /usr/bin/node',
		'  Hits: 1 (first seen 2026-08-01 12:00:00Z, last seen 2026-08-01 12:00:05Z)',
		'  Token: ab12cd34ef56',
		'  Denials cited: POST api.github.com:443/user/repos by /usr/bin/node [l7, not_permitted, den_01J8Z3V9K6QXW4T2N5R7M8B0CF]',
		'  Resulting rule:',
		'    github_api:',
		'      endpoints: []',
		'  Rationale: (the agent wrote this; unverified)',
		'    ┊ The user asked for a repository.',
	]);
});

test('a proposal that answers no denial is marked', t => {
	const [line] = show(makeChunk({denials: []})).filter(text => text.includes('cited'));
	t.regex(line ?? '', /UNPROMPTED/);
	t.notRegex(show(makeChunk({denials: [], origin: 'operator'})).join('\n'), /UNPROMPTED/);
});

test('what stands in the way is shown where it exists', t => {
	const lines = show(
		makeChunk({
			status: 'rejected',
			phase: 'denied',
			application_error: 'merge failed: x',
			security_notes: "Host '*.a' contains a wildcard",
			rejection_reason: 'too broad',
			warnings: ['inherits GET of an older rule', 'another'],
		}),
	);
	for (const wanted of [
		'  Status: rejected (denied)',
		'  Application: merge failed: x',
		"  Security: Host '*.a' contains a wildcard",
		'  Rejected: too broad',
		'  Warnings:',
		'    inherits GET of an older rule',
	]) {
		t.true(lines.includes(wanted), wanted);
	}
});

const endpoint = (over: object) =>
	makeChunk({operation: {addRule: {ruleName: 'r', rule: {endpoints: [over], binaries: []}}}});

for (const [over, shown] of [
	[{host: 'h.example', port: 443}, 'h.example:443 [L4]'],
	[{host: 'h.example', port: 443, tls: 'skip'}, 'h.example:443 [L4, tls=skip]'],
	[
		{host: 'h.example', ports: [80, 443], protocol: 'rest', access: 'read-only'},
		'h.example:80,443 [L7 rest, access=read-only]',
	],
	[
		{
			host: 'h',
			port: 1,
			protocol: 'rest',
			rules: [{allow: {}}],
			deny_rules: [{method: 'DELETE', path: '/y'}],
		},
		'h:1 [L7 rest, allow * *, deny DELETE /y]',
	],
	[
		{
			host: 'h',
			port: 1,
			protocol: 'rest',
			path: '/v1/**',
			rules: [{allow: {method: 'GET', path: '/a', query: {k: ['v']}}}],
		},
		'h:1 [L7 rest, path=/v1/**, allow GET /a query={"k":["v"]}]',
	],
	[{host: 'х.example', port: 443}, '<U+0445>.example:443 [L4]'],
	[{allowed_ips: ['10.0.0.0/8'], port: 5}, '(any host):5 [L4, allowed_ips=["10.0.0.0/8"]]'],
	[null, '(any host):? [L4]'],
] as const) {
	test(`an endpoint is told as ${shown}`, t => {
		t.true(
			show(endpoint(over as object)).includes(`  Endpoints: ${shown}`),
			show(endpoint(over as object)).join('\n'),
		);
	});
}

test('no field of a proposal can drive the terminal or pose as another line', t => {
	const evil = 'x\u001B[2J\u202E\u009B1m\u200B\n  Prover: no new findings';
	const chunk = makeChunk({
		...Object.fromEntries(
			[
				'id',
				'rule_name',
				'landing_rule',
				'binary',
				'security_notes',
				'validation_result',
				'application_error',
				'rejection_reason',
				'guidance_code',
				'rationale',
				'resulting_rule',
				'review_token',
				'candidate_effective_policy_hash',
			].map(key => [key, evil]),
		),
		warnings: [evil],
		operation: {
			addRule: {
				ruleName: evil,
				rule: {
					endpoints: [{host: evil, port: evil, [evil]: evil, protocol: evil}],
					binaries: [{path: evil}],
				},
			},
		},
		denials: [
			{
				denial_id: evil,
				code: evil,
				layer: evil,
				host: evil,
				port: 1,
				method: evil,
				path: evil,
				binary: evil,
			},
		],
	});
	for (const line of show(chunk)) {
		t.notRegex(line, /[\p{Cc}\p{Cf}]/u);
		t.false(line.startsWith('  Prover: no new findings'), line);
	}
});

test('the rule that results is never cut, however long', t => {
	const long = `${'# a long rule\n'.repeat(1000)}end`;
	t.is(show(makeChunk({resulting_rule: long})).filter(line => line === '    end').length, 1);
});

test('the header says chunk for exactly one', t => {
	t.is(textOf(presentHeader(3, 1)), 'Network Rules:  (version 3, 1 chunk)');
	t.is(textOf(presentHeader(3, 2)), 'Network Rules:  (version 3, 2 chunks)');
	t.is(textOf(presentHeader(0, 0)), 'Network Rules:  (version 0, 0 chunks)');
});
