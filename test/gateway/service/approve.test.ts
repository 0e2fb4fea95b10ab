import test from 'ava';
import {
	addRule,
	attachSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
} from '../helpers/gateway.ts';

test('a proposal is approved, loaded and active', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	t.like(chunk, {
		status: 'pending',
		phase: 'reviewing',
		origin: 'agent_authored',
		rule_name: 'api',
		landing_rule: 'api',
		rationale: 'read the API',
		binary: '/usr/bin/curl',
		validation_result: 'validation unavailable',
		application_error: '',
		tier: 'full',
		denials: [],
	});
	t.regex(chunk.review_token, /^[0-9a-f]{64}$/);
	t.true(chunk.resulting_rule.includes('api.example.com'));

	const ruled = must(
		await gateway.reviewer.approve('demo', chunk.id, {
			review_token: chunk.review_token,
			via: 'cli',
		}),
	);
	t.like(ruled, {
		chunk: {
			status: 'pending',
			phase: 'activating',
			revision: 2,
			ruling: {
				action: 'approve',
				by: {kind: 'person', name: 'tester', via: 'cli'},
				review_token: chunk.review_token,
				tier: 'full',
			},
		},
		revision: {revision: 2, state: 'pending'},
	});

	const config = must(await sandbox.client.config('demo'));
	t.is(config.revision, 2);
	t.true(config.policy_yaml.includes('api.example.com'));
	t.is(config.hash, chunk.candidate_effective_policy_hash);

	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {status: 'approved', phase: 'active'});
});

test('a revision the sandbox refuses is taken back by a new one, and the chunk says why', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const before = must(await sandbox.client.config('demo'));
	const chunk = await propose(sandbox, 'api');
	must(await gateway.reviewer.approve('demo', chunk.id, chunk));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: false, error: 'no such word'}));
	const blocked = must(await sandbox.client.chunk('demo', chunk.id));
	t.like(blocked, {
		status: 'pending',
		phase: 'blocked',
		application_error: 'the sandbox refused revision 2: no such word',
	});
	t.like(must(await sandbox.client.config('demo')), {revision: 3, hash: before.hash});
	t.like(await gateway.reviewer.approve('demo', chunk.id, blocked), {
		ok: false,
		error: {status: 422, body: {error: 'not_applicable'}},
	});

	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));
	const other = await propose(sandbox, 'other');
	must(await gateway.reviewer.approve('demo', other.id, other));
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {phase: 'reviewing'});
});

test('one bundle is one token and one ruling for all its chunks', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const answer = must(
		await sandbox.client.submit('demo', proposal(addRule('one'), addRule('two'))),
	);
	t.like(answer, {accepted_chunks: 2, rejected_chunks: 0});
	const [first, second] = must(await gateway.reviewer.chunks('demo', 'pending'));
	t.is(first?.review_token, second?.review_token);
	t.is(first?.bundle_id, answer.bundle_id as typeof first.bundle_id);
	must(
		await gateway.reviewer.approve('demo', second?.id ?? '', {
			review_token: second?.review_token ?? '',
		}),
	);
	const phases = must(await gateway.reviewer.chunks('demo')).map(chunk => chunk.phase);
	t.deepEqual(phases, ['activating', 'activating']);
	t.like(must(await sandbox.client.config('demo')), {revision: 2});
});
