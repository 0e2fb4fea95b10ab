import test from 'ava';
import {makeGatewayClient} from '../../../gateway/client/client.ts';
import {activationWaitMs} from '../../../gateway/service/limits.ts';
import {until} from '../../helpers/wait.ts';
import {
	addRule,
	attachSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
	tokenOf,
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
	t.is(String(config.hash), chunk.candidate_effective_policy_hash);

	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {status: 'approved', phase: 'active'});
});

test('a revision the sandbox refuses is taken back by a new one, and the chunk says why', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const before = must(await sandbox.client.config('demo'));
	const chunk = await propose(sandbox, 'api');
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: false, error: 'no such word'}));
	const blocked = must(await sandbox.client.chunk('demo', chunk.id));
	t.like(blocked, {
		status: 'pending',
		phase: 'blocked',
		application_error: 'the sandbox refused revision 2: no such word',
	});
	t.like(must(await sandbox.client.config('demo')), {revision: 3, hash: before.hash});
	t.like(await gateway.reviewer.approve('demo', chunk.id, tokenOf(blocked)), {
		ok: false,
		error: {status: 422, body: {error: 'not_applicable'}},
	});

	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));
	const other = await propose(sandbox, 'other');
	must(await gateway.reviewer.approve('demo', other.id, tokenOf(other)));
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
	t.is(String(first?.bundle_id), answer.bundle_id);
	must(
		await gateway.reviewer.approve('demo', second?.id ?? '', {
			review_token: second?.review_token ?? '',
		}),
	);
	const phases = must(await gateway.reviewer.chunks('demo')).map(chunk => chunk.phase);
	t.deepEqual(phases, ['activating', 'activating']);
	t.like(must(await sandbox.client.config('demo')), {revision: 2});
});

test('a token of something else is stale, and the answer brings the chunk as it is', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	for (const review_token of ['', '0'.repeat(64)]) {
		t.like(await gateway.reviewer.approve('demo', chunk.id, {review_token}), {
			ok: false,
			error: {status: 409, body: {error: 'stale', chunk: {id: chunk.id, phase: 'reviewing'}}},
		});
	}

	t.like(must(await sandbox.client.config('demo')), {revision: 1});
	t.like(must(await gateway.reviewer.chunk('demo', chunk.id)), {phase: 'reviewing'});
});

test('what would land differently since it was shown is stale; what would not keeps its token', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const same = async (path: string) => {
		const operation = addRule('api', 'api.example.com', path);
		const answer = must(await sandbox.client.submit('demo', proposal(operation)));
		return must(await sandbox.client.chunk('demo', answer.accepted_chunk_ids[0] ?? ''));
	};
	const first = await same('/one');
	const second = await same('/two');
	const apart = await propose(sandbox, 'apart');
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));

	const stale = await gateway.reviewer.approve('demo', second.id, tokenOf(second));
	t.like(stale, {ok: false, error: {body: {error: 'stale'}}});
	const fresh = must(await gateway.reviewer.chunk('demo', second.id));
	t.not(fresh.review_token, second.review_token);
	t.true(fresh.resulting_rule.includes('/one') && fresh.resulting_rule.includes('/two'));

	t.is(must(await gateway.reviewer.chunk('demo', apart.id)).review_token, apart.review_token);
	must(await gateway.reviewer.approve('demo', apart.id, tokenOf(apart)));
	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));
	must(
		await gateway.reviewer.approve(
			'demo',
			second.id,
			tokenOf(must(await gateway.reviewer.chunk('demo', second.id))),
		),
	);
});

test('of two reviewers at once exactly one rules', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	const other = makeGatewayClient({kind: 'socket', path: gateway.socketPath});
	t.teardown(() => other.close());
	const rulings = await Promise.all([
		gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)),
		other.approve('demo', chunk.id, tokenOf(chunk)),
		gateway.reviewer.reject('demo', chunk.id, {reason: 'no', guidance_code: ''}),
		other.reject('demo', chunk.id, {reason: 'no', guidance_code: ''}),
	]);
	t.is(rulings.filter(ruling => ruling.ok).length, 1);
	for (const ruling of rulings) {
		t.true(ruling.ok || (ruling.error.kind === 'refused' && ruling.error.body.error === 'decided'));
	}

	const kinds = gateway.recorded.map(({event}) => event.kind);
	await until(() => gateway.recorded.length >= 2);
	t.is(
		gateway.recorded.filter(({event}) => event.kind !== 'proposal.proposed').length,
		1,
		kinds.join(),
	);
});

test('a ruling waits for the activation before it, and goes on when that is settled', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const connected = await sandbox.connect();
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	let isRuled = false;
	const waiting = gateway.reviewer.approve('demo', second.id, tokenOf(second)).then(ruled => {
		isRuled = true;
		return ruled;
	});
	await until(() => connected.events.some(event => event.kind === 'config-changed'));
	must(await gateway.reviewer.health());
	t.false(isRuled);
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	t.like(must(await waiting), {revision: {revision: 3}, chunk: {phase: 'activating'}});
});

test('the wait ends at its bound, and the next revision holds both', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	await sandbox.connect();
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	const started = Date.now();
	t.like(must(await gateway.reviewer.approve('demo', second.id, tokenOf(second))), {
		revision: {revision: 3},
	});
	t.true(Date.now() - started >= activationWaitMs - 50);
	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));
	const phases = must(await gateway.reviewer.chunks('demo')).map(chunk => chunk.phase);
	t.deepEqual(phases, ['active', 'active']);
});

test('a sandbox that is away leaves its chunks activating, and the newest revision settles them all', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await gateway.reviewer.approve('demo', second.id, tokenOf(second)));
	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));
	const phases = must(await gateway.reviewer.chunks('demo')).map(chunk => chunk.phase);
	t.deepEqual(phases, ['active', 'active']);
	t.true((await sandbox.client.reportLoad('demo', 2, {loaded: true})).ok);
	t.like(await sandbox.client.reportLoad('demo', 2, {loaded: false, error: 'late'}), {
		ok: false,
		error: {status: 409, body: {error: 'revision_settled'}},
	});
	t.like(await sandbox.client.reportLoad('demo', 9, {loaded: true}), {
		ok: false,
		error: {status: 404},
	});
});

test('a refused newest revision takes all that hung on it back, an older refusal waits for the newest', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await gateway.reviewer.approve('demo', second.id, tokenOf(second)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: false, error: 'no'}));
	t.like(must(await gateway.reviewer.chunk('demo', first.id)), {phase: 'activating'});
	t.like(must(await sandbox.client.config('demo')), {revision: 3});
	must(await sandbox.client.reportLoad('demo', 3, {loaded: false, error: 'no'}));
	const phases = must(await gateway.reviewer.chunks('demo')).map(chunk => chunk.phase);
	t.deepEqual(phases, ['blocked', 'blocked']);
	const restored = must(await sandbox.client.config('demo'));
	t.is(restored.revision, 4);
	t.false(restored.policy_yaml.includes('one.example.com'));
});

test('a waiting proposal that a loaded revision covers is closed as covered', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, twin] = [await propose(sandbox, 'one'), await propose(sandbox, 'one')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	t.like(must(await gateway.reviewer.chunk('demo', twin.id)), {phase: 'reviewing'});
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	t.like(must(await gateway.reviewer.chunk('demo', twin.id)), {
		status: 'rejected',
		phase: 'covered',
		rejection_code: 'covered',
		rejection_reason: 'covered by active policy revision 2',
	});
	t.like(must(await sandbox.client.submit('demo', proposal(addRule('one')))), {
		accepted_chunks: 0,
		rejection_reasons: ["chunk 'one': covered by active policy revision 2"],
	});
});
