import test from 'ava';
import {
	addRule,
	attachSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
	tokenOf,
} from '../helpers/gateway.ts';

test('a denial with guidance reaches the agent word for word, and the chunk may still be approved', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	const ruled = must(
		await gateway.reviewer.reject('demo', chunk.id, {
			reason: 'ask for one path only',
			guidance_code: 'narrow_path',
			via: 'tui',
		}),
	);
	t.like(ruled.chunk, {
		status: 'rejected',
		phase: 'denied',
		rejection_code: 'denied',
		rejection_reason: 'ask for one path only',
		guidance_code: 'narrow_path',
		ruling: {action: 'reject', by: {kind: 'person', via: 'tui'}},
	});
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {
		phase: 'activating',
		rejection_reason: '',
	});
});

test('a rejection that names another token than the chunk has is stale', async t => {
	const gateway = await startTestGateway(t);
	const chunk = await propose(await attachSandbox(t, gateway), 'api');
	t.like(
		await gateway.reviewer.reject('demo', chunk.id, {
			reason: '',
			guidance_code: '',
			review_token: '0'.repeat(64),
		}),
		{ok: false, error: {status: 409, body: {error: 'stale', chunk: {id: chunk.id}}}},
	);
});

test('a second rejection, and one while activating, changes nothing', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [denied, approved] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.reject('demo', denied.id, {reason: 'first', guidance_code: ''}));
	must(await gateway.reviewer.approve('demo', approved.id, tokenOf(approved)));
	for (const chunk of [denied, approved]) {
		t.like(await gateway.reviewer.reject('demo', chunk.id, {reason: 'second', guidance_code: ''}), {
			ok: false,
			error: {status: 409, body: {error: 'decided'}},
		});
	}

	t.like(must(await sandbox.client.chunk('demo', denied.id)), {rejection_reason: 'first'});
});

test('rejecting an active chunk takes exactly it back, at once', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	must(await gateway.reviewer.approve('demo', second.id, tokenOf(second)));
	must(await sandbox.client.reportLoad('demo', 3, {loaded: true}));

	const ruled = must(
		await gateway.reviewer.reject('demo', first.id, {reason: '', guidance_code: ''}),
	);
	t.like(ruled, {
		chunk: {phase: 'undone', rejection_reason: 'taken back by tester', ruling: {action: 'revoke'}},
		revision: {revision: 4, state: 'pending'},
	});
	const {policy_yaml: text} = must(await sandbox.client.config('demo'));
	t.deepEqual(
		['base.example.com', 'one.example.com', 'two.example.com'].map(host => text.includes(host)),
		[true, false, true],
	);
});

test('a narrowing is never rolled back, not even by a later approval that fails', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	must(await gateway.reviewer.reject('demo', first.id, {reason: '', guidance_code: ''}));
	must(await gateway.reviewer.approve('demo', second.id, tokenOf(second)));
	must(await sandbox.client.reportLoad('demo', 4, {loaded: false, error: 'no'}));
	const restored = must(await sandbox.client.config('demo'));
	t.is(restored.revision, 5);
	t.false(restored.policy_yaml.includes('one.example.com'));
	t.false(restored.policy_yaml.includes('two.example.com'));
});

test('a narrowing the sandbox refuses is tried again without the approvals still on their way', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));
	must(await gateway.reviewer.approve('demo', second.id, tokenOf(second)));
	must(await gateway.reviewer.reject('demo', first.id, {reason: '', guidance_code: ''}));
	must(await sandbox.client.reportLoad('demo', 4, {loaded: false, error: 'two is bad'}));
	const retried = must(await sandbox.client.config('demo'));
	t.is(retried.revision, 5);
	t.false(retried.policy_yaml.includes('one.example.com'));
	t.false(retried.policy_yaml.includes('two.example.com'));
	t.like(must(await sandbox.client.chunk('demo', second.id)), {phase: 'blocked'});
});

test("the demo's approvals are the system's", async t => {
	const gateway = await startTestGateway(t);
	const chunk = await propose(await attachSandbox(t, gateway), 'api');
	const ruled = must(
		await gateway.reviewer.approve('demo', chunk.id, {...tokenOf(chunk), via: 'demo'}),
	);
	t.like(ruled.chunk.ruling, {by: {kind: 'system', name: 'demo', via: 'demo'}});
});

test('an approval that closed something cannot be taken back, for that would open it (X28)', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const operation = addRule('api');
	const [endpoint] = operation.addRule.rule.endpoints;
	Object.assign(endpoint ?? {}, {deny_rules: [{method: 'GET', path: '/v1/secret'}]});
	const submitted = must(await sandbox.client.submit('demo', proposal(operation)));
	const [id = ''] = submitted.accepted_chunk_ids;
	const chunk = must(await sandbox.client.chunk('demo', id));
	must(await gateway.reviewer.approve('demo', id, tokenOf(chunk)));
	must(await sandbox.client.reportLoad('demo', 2, {loaded: true}));

	const refused = await gateway.reviewer.reject('demo', id, {reason: '', guidance_code: ''});
	t.like(refused, {
		ok: false,
		error: {status: 422, body: {error: 'not_applicable', chunk: {phase: 'active'}}},
	});
	t.regex(JSON.stringify(refused), /deny rule.*--replace-policy/);
	t.is(must(await sandbox.client.config('demo')).revision, 2);
});
