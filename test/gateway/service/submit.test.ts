import test from 'ava';
import {maxUndecidedBundles} from '../../../gateway/service/limits.ts';
import {bundlesIn, insertBundle, pruneUnruled} from '../../../gateway/store/bundles.ts';
import {unruledMaxBundles} from '../../../gateway/store/limits.ts';
import type {BundleRow, ChunkRow, RulingRow} from '../../../gateway/store/rows.ts';
import {insertRuling} from '../../../gateway/store/rulings.ts';
import {insertSandbox} from '../../../gateway/store/sandboxes.ts';
import type {Denial} from '../../../policies/model/denial.ts';
import type {
	BundleId,
	ChunkId,
	DenialId,
	Digest,
	Host,
	RuleKey,
} from '../../../policies/model/names.ts';
import type {Operation} from '../../../policies/model/operation.ts';
import {parseOperation} from '../../../policies/model/operation-parse.ts';
import {
	addRule,
	attachSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
	tokenOf,
} from '../helpers/gateway.ts';
import {openTestStore, sandboxRow} from '../helpers/store.ts';

const suggestion: Operation = must(parseOperation(addRule('api'), {author: 'operator'}));

const denial: Denial = {
	denial_id: 'den_01JAAAAAAAAAAAAAAAAAAAAAAA' as DenialId,
	at: 5,
	code: 'not_permitted',
	layer: 'l7',
	host: 'api.example.com',
	port: 443,
	binary: '/usr/bin/curl',
	method: 'GET',
	path: '/v1',
	policy: 'api' as RuleKey,
	detail: 'GET /v1 not permitted by policy',
	reason: 'No allow rule matches\u202e this request.\u001b[31m',
	suggested_operation: suggestion,
};

test('cited denials stay with the proposal, cleaned, suggestion included; without any it is unprompted', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	must(await sandbox.client.submit('demo', {...proposal(addRule('api')), denials: [denial]}));
	const [chunk] = must(await gateway.reviewer.chunks('demo'));
	t.deepEqual(chunk?.denials, [{...denial, reason: chunk?.denials[0]?.reason ?? ''}]);
	t.regex(
		chunk?.denials[0]?.reason ?? '',
		/^No allow rule matches<U\+202E> this request\.<U\+001B>\[31m$/,
	);
	t.deepEqual((await propose(sandbox, 'other')).denials, []);
});

test('what an agent wrote is cleaned before it is stored', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	must(
		await sandbox.client.submit('demo', {
			...proposal(addRule('api')),
			intent_summary: 'a\u001b[2Jb\nc',
		}),
	);
	const [chunk] = must(await gateway.reviewer.chunks('demo'));
	t.is(chunk?.rationale, 'a<U+001B>[2Jb\nc');
});

test('a proposal that cannot be applied is answered 202, stored as refused, and asks nobody', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const operation = addRule('base', 'base.example.com');
	const answer = must(await sandbox.client.submit('demo', proposal(operation)));
	t.like(answer, {accepted_chunks: 0, rejected_chunks: 1, accepted_chunk_ids: []});
	t.is(answer.rejected_chunk_ids.length, 1);
	const chunk = must(await sandbox.client.chunk('demo', answer.rejected_chunk_ids[0] ?? ''));
	t.like(chunk, {status: 'rejected', phase: 'refused', rejection_code: 'refused'});
	t.is(answer.rejection_reasons[0], `chunk 'base': ${chunk.rejection_reason}`);
	t.regex(chunk.rejection_reason, /^(merge failed|candidate invalid): /);
	t.deepEqual(must(await gateway.reviewer.chunks('demo', 'pending')), []);
	t.like(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)), {
		ok: false,
		error: {status: 409, body: {error: 'decided'}},
	});
});

test('one bad operation refuses the whole request and stores nothing', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const operations = [
		[],
		[{removeRule: {ruleName: 'base'}}],
		[addRule('ok'), {addRule: {ruleName: 'bad', rule: {endpoints: []}}}],
		[addRule('_provider_x')],
		[
			{
				addRule: {
					...addRule('x').addRule,
					rule: {
						...addRule('x').addRule.rule,
						endpoints: [{host: 'h.example', port: 443, allowed_ips: ['10.0.0.0/8']}],
					},
				},
			},
		],
		Array.from({length: 21}, (_, index) => addRule(`r${index}`)),
	];
	for (const list of operations) {
		t.like(await sandbox.client.submit('demo', {...proposal(), operations: list as never}), {
			ok: false,
			error: {status: 422, body: {error: 'invalid_proposal'}},
		});
	}

	t.deepEqual(must(await sandbox.client.chunks('demo')), []);
});

test('a proposal replaces the waiting one it names, and never one that was decided', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [waiting, denied] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(
		await gateway.reviewer.reject('demo', denied.id, {
			reason: 'too broad',
			guidance_code: 'narrow_path',
		}),
	);
	const answer = must(
		await sandbox.client.submit('demo', {
			...proposal(addRule('three')),
			supersedes: [waiting.id, denied.id],
		}),
	);
	t.like(must(await sandbox.client.chunk('demo', waiting.id)), {
		status: 'rejected',
		phase: 'superseded',
		rejection_code: 'superseded',
		rejection_reason: `superseded by bundle ${answer.bundle_id}`,
	});
	t.like(must(await sandbox.client.chunk('demo', denied.id)), {
		phase: 'denied',
		rejection_reason: 'too broad',
		guidance_code: 'narrow_path',
	});
});

test('a refused proposal replaces nothing, and a foreign chunk cannot be named', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const other = await attachSandbox(t, gateway, 'other');
	const [waiting, foreign] = [await propose(sandbox, 'one'), await propose(other, 'two')];
	const refused = proposal(addRule('base', 'base.example.com'));
	must(await sandbox.client.submit('demo', {...refused, supersedes: [waiting.id]}));
	t.like(must(await sandbox.client.chunk('demo', waiting.id)), {phase: 'reviewing'});
	t.like(
		await sandbox.client.submit('demo', {...proposal(addRule('x')), supersedes: [foreign.id]}),
		{ok: false, error: {status: 404, body: {error: 'chunk_not_found'}}},
	);
});

test('a mechanistic draft is counted when it comes again, and never replaces an agent’s', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const draft = {...proposal(addRule('api')), mode: 'mechanistic' as const};
	const first = must(await sandbox.client.submit('demo', draft));
	const again = must(await sandbox.client.submit('demo', draft));
	t.deepEqual(again.accepted_chunk_ids, first.accepted_chunk_ids);
	t.like(must(await sandbox.client.chunk('demo', first.accepted_chunk_ids[0] ?? '')), {
		origin: 'mechanistic',
		hit_count: 2,
		confidence: 0.5,
	});
	const agents = await propose(sandbox, 'other');
	t.like(
		await sandbox.client.submit('demo', {
			...draft,
			operations: [addRule('new')],
			supersedes: [agents.id],
		}),
		{
			ok: false,
			error: {status: 422},
		},
	);
});

test('a sandbox whose proposals are off may not propose', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	must(await gateway.reviewer.setSetting('demo', 'agent_policy_proposals_enabled', false));
	t.like(await sandbox.client.submit('demo', proposal(addRule('api'))), {
		ok: false,
		error: {status: 422, body: {error: 'proposals_disabled'}},
	});
});

test('more waiting proposals than a person reads are refused with 429', async t => {
	let ahead = 0;
	const gateway = await startTestGateway(t, {now: () => Date.now() + ahead});
	const sandbox = await attachSandbox(t, gateway);
	for (let index = 0; index < maxUndecidedBundles; index++) {
		ahead += 10_000;
		await propose(sandbox, `rule${index}`);
	}

	ahead += 10_000;
	t.like(await sandbox.client.submit('demo', proposal(addRule('more'))), {
		ok: false,
		error: {status: 429, body: {error: 'rate_limited', retry_after_s: 60}},
	});
});

test('a sandbox that submits too fast is told when to come back, and others are not', async t => {
	const stopped = Date.now();
	const gateway = await startTestGateway(t, {now: () => stopped});
	const sandbox = await attachSandbox(t, gateway);
	const other = await attachSandbox(t, gateway, 'other');
	const statuses: number[] = [];
	for (let index = 0; index < 31; index++) {
		const answer = await sandbox.client.submit('demo', {...proposal(), operations: []});
		statuses.push(answer.ok || answer.error.kind !== 'refused' ? 0 : answer.error.status);
	}

	t.deepEqual(statuses, [...Array.from({length: 30}, () => 422), 429]);
	await propose(other, 'api');
});

test('the host in a place that a proposal names is what the reviewer sees', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	const rule = chunk.operation.addRule.rule as {endpoints: Array<{host: Host}>};
	t.is(String(rule.endpoints[0]?.host), 'api.example.com');
});

test('bundles that closed without a ruling are forgotten beyond the bound, ruled ones never', async t => {
	const store = await openTestStore(t);
	const sandbox = sandboxRow('a');
	await store.write(async write => {
		await insertSandbox(write, sandbox);
		for (let index = 0; index < unruledMaxBundles + 5; index++) {
			const id = `bnd_${String(index).padStart(4, '0')}` as BundleId;
			await insertBundle(write, {...emptyBundle, id, created_at_ms: index}, [
				{...emptyChunk, id: `chk_${index}` as ChunkId, bundle_id: id},
			]);
		}

		await insertRuling(write, {...emptyRuling, bundle_id: 'bnd_0000' as BundleId});
		await pruneUnruled(write, sandbox.id);
	});
	const kept = await store.read(read => bundlesIn(read, sandbox.id, ['superseded']));
	t.is(kept.length, unruledMaxBundles + 1);
	t.deepEqual(
		kept.slice(0, 2).map(bundle => String(bundle.id)),
		['bnd_0000', 'bnd_0005'],
	);
});

const emptyBundle: BundleRow = {
	id: '' as BundleId,
	sandbox_id: sandboxRow('a').id,
	origin: 'agent_authored',
	phase: 'superseded',
	intent: '',
	denials: '[]',
	supersedes: '[]',
	verdict: '{}',
	application_error: '',
	review_token: '',
	base_hash: '',
	candidate_hash: '',
	rejection_reason: '',
	rejection_code: '',
	guidance_code: '',
	revision: 0,
	created_at_ms: 0,
	decided_at_ms: 0,
	last_seen_ms: 0,
	hit_count: 1,
};
const emptyChunk: ChunkRow = {
	id: '' as ChunkId,
	bundle_id: '' as BundleId,
	sandbox_id: sandboxRow('a').id,
	position: 0,
	rule_name: '',
	operation: '{}',
	operation_hash: '' as Digest,
	binary: '',
	landing_rule: '',
	resulting_rule: '',
	warnings: '[]',
	security_notes: '',
};
const emptyRuling: RulingRow = {
	id: 'rul_1' as RulingRow['id'],
	sandbox_id: sandboxRow('a').id,
	bundle_id: '' as BundleId,
	chunk_id: 'chk_0' as ChunkId,
	action: 'approve',
	by_kind: 'person',
	by_name: '',
	via: 'cli',
	tier: 'full',
	review_token: '',
	candidate_hash: '',
	reason: '',
	guidance_code: '',
	at_ms: 0,
};
