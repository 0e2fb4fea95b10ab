import test from 'ava';
import {maxBodyBytes, maxIntent, maxOperations} from '../../../plugins/policy-local/limits.ts';
import {policyLocal} from '../../../plugins/policy-local/plugin.ts';
import {aDenial, ringOf} from '../../helpers/denials.ts';
import {type Received, send} from '../../helpers/exchange.ts';
import {aChunk, chunkId, fakeGateway} from '../../helpers/gateway.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';

const {operation} = aChunk();
const {denial_id} = aDenial();

const setup = () => {
	const gateway = fakeGateway();
	const host = policyLocal(fakeHost({gateway, denials: ringOf(aDenial())})).hooks?.serve;
	const post = (body: unknown): Promise<Received> => {
		if (host === undefined) {
			throw new Error('policy-local serves no host');
		}

		return send(host, {method: 'POST', target: '/v1/proposals', body});
	};

	return {gateway, post};
};

test('a proposal reaches the gateway with the denials it cites, as records', async t => {
	const {gateway, post} = setup();
	const answer = await post({
		intent_summary: ' Create one repository. ',
		operations: [operation],
		denial_ids: [denial_id, denial_id],
		supersedes: [chunkId(7)],
	});
	t.is(answer.status, 202);
	t.like(answer.json, {
		status: 'submitted',
		accepted_chunks: 1,
		rejected_chunks: 0,
		rejection_reasons: [],
		rejected_chunk_ids: [],
		accepted_chunk_ids: [chunkId(0)],
	});
	t.regex(String(answer.json['bundle_id']), /^bnd_/);
	t.is(gateway.submitted.length, 1);
	t.like(gateway.submitted[0], {
		mode: 'agent_authored',
		intent_summary: 'Create one repository.',
		denials: [aDenial()],
		supersedes: [chunkId(7)],
	});
});

test('a proposal that cites nothing is submitted as it is', async t => {
	const {gateway, post} = setup();
	t.is((await post({operations: [operation]})).status, 202);
	t.deepEqual(gateway.submitted[0]?.denials, []);
});

test('only what this proxy refused can be cited', async t => {
	const {gateway, post} = setup();
	const invented = 'den_01JD8Q4ZK3000000000000000A';
	const answer = await post({operations: [operation], denial_ids: [denial_id, invented]});
	t.is(answer.status, 400);
	t.is(answer.json['error'], 'invalid_proposal');
	t.deepEqual(answer.json['unknown_denial_ids'], [invented]);
	t.regex(String(answer.json['detail']), new RegExp(`${invented}.*http://policy.local/v1/denials`));
	t.is(gateway.submitted.length, 0);
});

const wrong: ReadonlyArray<readonly [title: string, body: unknown, detail: RegExp]> = [
	['a list', [], /must be a JSON object/],
	['null', 'null', /must be a JSON object/],
	['no operations', {}, /^proposal requires at least one operation$/],
	[
		'operations that are no list',
		{operations: {addRule: {}}},
		/^proposal requires at least one operation$/,
	],
	[
		'an unknown key',
		{operations: [operation], lease: 1},
		/^unknown key 'lease'; known are intent_summary, operations, denial_ids, supersedes$/,
	],
	['a key that is a trap', `{"operations":[],"__proto__":{}}`, /unknown key '__proto__'/],
	[
		'an unknown key inside',
		{
			operations: [
				{
					addRule: {
						ruleName: 'r',
						rule: {endpoints: [{host: 'a.example', port: 1, hots: 'b'}], binaries: [{path: '/b'}]},
					},
				},
			],
		},
		/hots/,
	],
	['a key twice', '{"operations":[],"operations":[]}', /"operations" appears twice/],
	[
		'an intent that is no text',
		{operations: [operation], intent_summary: 1},
		/intent_summary must be a string/,
	],
	[
		'an intent that is an essay',
		{operations: [operation], intent_summary: 'x'.repeat(maxIntent + 1)},
		/longer than 1000 characters/,
	],
	[
		'too many operations',
		{operations: Array.from({length: maxOperations + 1}, () => operation)},
		/at most 16 operations/,
	],
	[
		'denial ids that are no list',
		{operations: [operation], denial_ids: denial_id},
		/denial_ids must be a list/,
	],
	[
		'a denial id of another kind',
		{operations: [operation], denial_ids: [chunkId(0)]},
		/^denial_ids\[0\]: expected den_/,
	],
	[
		'a chunk id that is a number',
		{operations: [operation], supersedes: [7]},
		/^supersedes\[0\]: expected chk_/,
	],
	[
		'private addresses',
		{
			operations: [
				{
					addRule: {
						ruleName: 'r',
						rule: {
							endpoints: [{host: 'a.example', port: 1, allowed_ips: ['10.0.0.0/8']}],
							binaries: [{path: '/b'}],
						},
					},
				},
			],
		},
		/allowed_ips/,
	],
	[
		'audit mode',
		{
			operations: [
				{
					addRule: {
						ruleName: 'r',
						rule: {
							endpoints: [
								{
									host: 'a.example',
									port: 1,
									protocol: 'rest',
									enforcement: 'audit',
									access: 'full',
								},
							],
							binaries: [{path: '/b'}],
						},
					},
				},
			],
		},
		/audit/,
	],
];

for (const [title, body, detail] of wrong) {
	test(`a proposal with ${title} is 400, and nothing is submitted`, async t => {
		const {gateway, post} = setup();
		const answer = await post(body);
		t.is(answer.status, 400);
		t.is(answer.json['error'], 'invalid_proposal');
		t.regex(String(answer.json['detail']), detail);
		t.is(gateway.submitted.length, 0);
	});
}

test('one bad operation refuses the whole request, and says which', async t => {
	const {gateway, post} = setup();
	const answer = await post({operations: [operation, {removeRule: {ruleName: 'x'}}]});
	t.is(answer.status, 400);
	t.regex(JSON.stringify(answer.json['problems']), /operations\[1\]/);
	t.is(gateway.submitted.length, 0);
});

test('an oversized body gets an answer', async t => {
	const {post} = setup();
	t.is((await post('x'.repeat(maxBodyBytes + 1))).status, 413);
});

test('an intent is cleaned before anybody reads it', async t => {
	const {gateway, post} = setup();
	await post({operations: [operation], intent_summary: 'a\u001b[2J\u202eb'});
	t.notRegex(gateway.submitted[0]?.intent_summary ?? '\u001b', /[\p{Cc}\p{Cf}]/u);
});

test('what the gateway refuses to take is told as what it is', async t => {
	const {gateway, post} = setup();
	gateway.failure = {kind: 'unreachable', detail: 'ECONNREFUSED'};
	const down = await post({operations: [operation]});
	t.is(down.status, 502);
	t.is(down.json['error'], 'proposal_submit_failed');

	gateway.failure = {kind: 'rate_limited', detail: 'too many pending', retry_after_s: 30};
	const busy = await post({operations: [operation]});
	t.is(busy.status, 429);
	t.is(busy.json['retry_after_s'], 30);
});
