import test from 'ava';
import {must, propose} from '../../gateway/helpers/gateway.ts';
import {startReview} from '../../helpers/review.ts';

test('a rejection carries its reason to the agent', async t => {
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	const {code, out} = await cli(['rule', 'reject', chunk.id, '--reason', 'Use the mirror.']);
	t.is(code, 0);
	t.is(out, 'OK Chunk rejected.\n');
	t.like(must(await sandbox.client.chunk('demo', chunk.id)), {
		status: 'rejected',
		phase: 'denied',
		rejection_reason: 'Use the mirror.',
	});
});

test('a proposal in force is revoked, and the answer names the policy that takes its place', async t => {
	const {cli, obey, sandbox} = await startReview(t);
	await obey();
	const chunk = await propose(sandbox, 'api');
	t.is((await cli(['rule', 'approve', chunk.id, '--token', chunk.review_token])).code, 0);
	const {code, out} = await cli(['rule', 'reject', chunk.id]);
	t.is(code, 0);
	t.regex(out, /^OK Chunk revoked\. Policy version: 3, hash: [0-9a-f]{12}\n$/);
});

test('what cannot be rejected is refused in the words of the gateway', async t => {
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	t.is((await cli(['rule', 'reject', chunk.id])).code, 0);
	const again = await cli(['rule', 'reject', chunk.id]);
	t.is(again.code, 1);
	t.regex(again.error, /The gateway refused: /);
});
