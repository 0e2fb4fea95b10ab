import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {addRule, attachRequest, must, proposal, propose} from '../../gateway/helpers/gateway.ts';
import {startReview} from '../../helpers/review.ts';

const terminal = {isTerminal: true};

test('what was shown on a terminal is approved, loaded, and then forgotten', async t => {
	const {cli, obey, sandbox, home} = await startReview(t);
	await obey();
	const chunk = await propose(sandbox, 'api');
	const shown = await cli(['rule', 'show', chunk.id], terminal);
	t.is(shown.code, 0, shown.error);
	t.true(shown.out.includes(`Token: ${chunk.review_token.slice(0, 12)}`));
	const {code, out, error} = await cli(['rule', 'approve', chunk.id]);
	t.is(code, 0, error);
	t.is(
		out,
		`OK Chunk approved. Policy version: 2, hash: ${chunk.candidate_effective_policy_hash.slice(0, 12)}\n`,
	);
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {
		phase: 'active',
		ruling: {by: {via: 'cli'}},
	});
	await t.throwsAsync(readFile(path.join(home, 'state', 'seen', `${chunk.id}.json`)));
});

test('what nobody has seen is not approved, and the answer names rule show', async t => {
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	const {code, error} = await cli(['rule', 'approve', chunk.id]);
	t.is(code, 1);
	t.true(error.includes(`openshell rule show ${chunk.id}`));
	t.is(must(await sandbox.client.chunk('demo', chunk.id)).phase, 'reviewing');
});

for (const [how, show] of [
	['a print to a pipe', ['rule', 'show', '<id>']],
	['a list on a terminal', ['rule', 'get']],
	['JSON on a terminal', ['rule', 'show', '<id>', '--json']],
] as const) {
	test(`${how} is not a person's look (X22)`, async t => {
		const {cli, sandbox} = await startReview(t);
		const chunk = await propose(sandbox, 'api');
		const argv = show.map(word => (word === '<id>' ? chunk.id : word));
		t.is((await cli(argv, {isTerminal: how !== 'a print to a pipe'})).code, 0);
		t.is((await cli(['rule', 'approve', chunk.id])).code, 1);
	});
}

test('a token is enough, short or whole, and any other is stale', async t => {
	const {cli, obey, sandbox} = await startReview(t);
	await obey();
	const [one, other] = [await propose(sandbox, 'api'), await propose(sandbox, 'more')];
	const wrong = await cli(['rule', 'approve', one.id, '--token', '0'.repeat(12)]);
	t.is(wrong.code, 4);
	t.true(wrong.out.includes(`Chunk: ${one.id}`), 'the whole of it, since nothing was seen');
	t.regex(wrong.error, /Nothing was approved/);
	t.is((await cli(['rule', 'approve', one.id, '--token', one.review_token.slice(0, 12)])).code, 0);
	const fresh = must(await sandbox.client.chunk('demo', other.id));
	t.is((await cli(['rule', 'approve', other.id, '--token', fresh.review_token])).code, 0);
});

test('a proposal that changed since it was seen is not approved; the lines that changed are shown', async t => {
	const {cli, obey, sandbox} = await startReview(t);
	await obey();
	const first = await propose(sandbox, 'api');
	const submitted = must(
		await sandbox.client.submit('demo', proposal(addRule('api', 'api.example.com', '/v2'))),
	);
	const [id = ''] = submitted.accepted_chunk_ids;
	await cli(['rule', 'show', id], terminal);
	// Both land in one rule, so that what the second one would make of it is now another.
	t.is((await cli(['rule', 'approve', first.id, '--token', first.review_token])).code, 0);
	const {code, out, error} = await cli(['rule', 'approve', id]);
	t.is(code, 4, error);
	t.false(out.includes(`Chunk: ${id}`), 'lines that did not change are not repeated');
	t.true(out.includes('path: /v1'), out);
});

test('what is active already is not to be looked at first: the answer says that it is', async t => {
	const {cli, obey, sandbox} = await startReview(t);
	await obey();
	const chunk = await propose(sandbox, 'api');
	t.is((await cli(['rule', 'approve', chunk.id, '--token', chunk.review_token])).code, 0);
	const {code, error} = await cli(['rule', 'approve', chunk.id]);
	t.is(code, 1);
	t.regex(error, /active already \(policy version 2\).*openshell rule reject chk_/);
	t.false(error.includes('rule show'));
});

test('a sandbox that refuses the revision makes the approval fail, and says why', async t => {
	const {cli, obey, sandbox} = await startReview(t);
	await obey('no such protocol');
	const chunk = await propose(sandbox, 'api');
	const {code, error} = await cli(['rule', 'approve', chunk.id, '--token', chunk.review_token]);
	t.is(code, 1);
	t.regex(error, /could not load it: .*no such protocol.*stays in force/s);
});

test('a sandbox that is away leaves the approval recorded: exit 124', async t => {
	t.timeout(30_000);
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	const {code, error} = await cli(['rule', 'approve', chunk.id, '--token', chunk.review_token]);
	t.is(code, 124);
	t.is(error, 'Recorded, in force when the sandbox reconnects.\n');
	t.is(must(await sandbox.client.chunk('demo', chunk.id)).phase, 'activating');
});

test('the start of an id is enough, unless it is the start of several', async t => {
	const {cli, sandbox, gateway} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	await propose(sandbox, 'other');
	t.is((await cli(['rule', 'show', chunk.id.slice(0, -1)])).code, 0);
	const many = await cli(['rule', 'show', 'chk_']);
	t.is(many.code, 2);
	t.regex(many.error, /the start of 2 ids/);
	const none = await cli(['rule', 'show', 'chk_ZZZ']);
	t.is(none.code, 1);
	t.regex(none.error, /openshell rule get/);
	must(await gateway.reviewer.attach('second', attachRequest({workdir: '/other'})));
	t.is((await cli(['rule', 'show', 'second', chunk.id])).code, 1, 'not a proposal of that sandbox');
});
