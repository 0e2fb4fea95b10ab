import test from 'ava';
import {
	addRule,
	attachRequest,
	attachSandbox,
	basePolicy,
	enterSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
	tokenOf,
} from '../helpers/gateway.ts';

const refusedWith = (status: number, error: string) => ({
	ok: false,
	error: {status, body: {error}},
});

test('the same name from the same directory resumes, and says what it inherits', async t => {
	const gateway = await startTestGateway(t);
	const first = await attachSandbox(t, gateway);
	t.deepEqual(first.attached.inherited, []);
	const chunk = await propose(first, 'api');
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	must(await first.client.reportLoad('demo', 2, {loaded: true}));
	const again = must(await gateway.reviewer.attach('demo', attachRequest({policy_yaml: ''})));
	t.like(again, {id: first.attached.id, revision: 2});
	t.deepEqual(again.inherited, [`rule api: api.example.com:443 (approved as ${chunk.id})`]);
});

test('from another directory a name is refused, unless resuming is asked for', async t => {
	const gateway = await startTestGateway(t);
	const first = await attachSandbox(t, gateway);
	const elsewhere = attachRequest({workdir: '/home/dev/elsewhere'});
	t.like(await gateway.reviewer.attach('demo', elsewhere), refusedWith(409, 'workdir_mismatch'));
	t.true((await first.client.config('demo')).ok);
	t.true((await gateway.reviewer.attach('demo', {...elsewhere, resume: true})).ok);
	t.like(await gateway.reviewer.attach('demo', elsewhere), refusedWith(409, 'workdir_mismatch'));
});

test('another policy is refused; replacing it ends every approval on top of the old one', async t => {
	const gateway = await startTestGateway(t);
	const first = await attachSandbox(t, gateway);
	const chunk = await propose(first, 'api');
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	must(await first.client.reportLoad('demo', 2, {loaded: true}));
	const other = attachRequest({policy_yaml: basePolicy.replace('base.example', 'next.example')});
	t.like(await gateway.reviewer.attach('demo', other), refusedWith(409, 'policy_differs'));
	const same = attachRequest({policy_yaml: `# a comment\n${basePolicy}`});
	t.true((await gateway.reviewer.attach('demo', same)).ok);
	const replaced = must(await gateway.reviewer.attach('demo', {...other, replace_policy: true}));
	t.like(replaced, {revision: 3, inherited: []});
	const {policy_yaml: text} = must(await gateway.reviewer.config('demo'));
	t.true(text.includes('next.example.com') && !text.includes('api.example.com'));
	t.like(must(await gateway.reviewer.chunk('demo', chunk.id)), {
		phase: 'undone',
		rejection_reason: 'the policy of the sandbox was replaced',
	});
});

test('a refused attach leaves nothing behind', async t => {
	const gateway = await startTestGateway(t);
	const auto = attachRequest({settings: {proposal_approval_mode: 'auto'}, tier: 'advisory'});
	t.like(await gateway.reviewer.attach('demo', auto), refusedWith(422, 'invalid_setting'));
	t.deepEqual(must(await gateway.reviewer.sandboxes()), []);
});

test('the advisory tier never approves by itself, whoever set it where', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {tier: 'advisory'});
	t.like(
		await gateway.reviewer.setSetting('demo', 'proposal_approval_mode', 'auto'),
		refusedWith(422, 'invalid_setting'),
	);
	must(await gateway.reviewer.setGlobalSetting('proposal_approval_mode', 'auto'));
	t.like(must(await sandbox.client.config('demo')), {settings: {proposal_approval_mode: 'manual'}});
	const full = await attachSandbox(t, gateway, 'full');
	t.like(must(await full.client.config('full')), {settings: {proposal_approval_mode: 'auto'}});

	const chunk = await propose(sandbox, 'api');
	const ruled = must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	t.like(ruled.chunk, {tier: 'advisory', ruling: {tier: 'advisory'}});
});

test('a sandbox in auto mode cannot become advisory; a change of tier changes every token', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	must(await gateway.reviewer.setSetting('demo', 'proposal_approval_mode', 'auto'));
	const advisory = attachRequest({tier: 'advisory'});
	t.like(await gateway.reviewer.attach('demo', advisory), refusedWith(409, 'sandbox_tier'));
	must(await gateway.reviewer.deleteSetting('demo', 'proposal_approval_mode'));
	must(await gateway.reviewer.attach('demo', advisory));
	t.like(
		await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)),
		refusedWith(409, 'stale'),
	);
});

test('auto mode approves nothing while there is no prover', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {
		settings: {proposal_approval_mode: 'auto'},
	});
	t.like(await propose(sandbox, 'api'), {phase: 'reviewing', application_error: ''});
});

test('what is set for all sandboxes wins, and cannot be set or removed for one', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	must(await gateway.reviewer.setGlobalSetting('agent_policy_proposals_enabled', false));
	for (const refused of [
		await gateway.reviewer.setSetting('demo', 'agent_policy_proposals_enabled', true),
		await gateway.reviewer.deleteSetting('demo', 'agent_policy_proposals_enabled'),
	]) {
		t.like(refused, refusedWith(409, 'managed_globally'));
	}

	t.like(must(await sandbox.client.config('demo')), {
		settings: {agent_policy_proposals_enabled: false},
	});
});

test('two sandboxes know nothing of each other', async t => {
	const gateway = await startTestGateway(t);
	const [one, two] = [
		await attachSandbox(t, gateway, 'one'),
		await attachSandbox(t, gateway, 'two'),
	];
	const chunk = await propose(one, 'api');
	must(await gateway.reviewer.approve('one', chunk.id, tokenOf(chunk)));
	must(await one.client.reportLoad('one', 2, {loaded: true}));
	t.like(must(await two.client.config('two')), {revision: 1});
	t.like(must(await two.client.submit('two', proposal(addRule('api')))), {accepted_chunks: 1});
	const stranger = enterSandbox(t, gateway, 'two', one.attached);
	t.like(await stranger.client.config('two'), {ok: false, error: {status: 404}});
});
