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

test('what cannot be rejected is refused in the words of the gateway', async t => {
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	t.is((await cli(['rule', 'reject', chunk.id])).code, 0);
	const again = await cli(['rule', 'reject', chunk.id]);
	t.is(again.code, 1);
	t.regex(again.error, /The gateway refused: /);
});
