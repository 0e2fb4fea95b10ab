import test from 'ava';
import {propose} from '../../gateway/helpers/gateway.ts';
import {startReview} from '../../helpers/review.ts';

test('sandboxes are listed with their state, tier, version and what waits', async t => {
	const {cli, sandbox} = await startReview(t);
	await propose(sandbox, 'api');
	t.regex(
		(await cli(['sandbox', 'list'])).out,
		/^demo +stopped +advisory +version 1 +1 pending\n$/,
	);
	const {json} = await cli(['sandbox', 'list', '--json']);
	t.like((json[0] as unknown[])[0], {name: 'demo', tier: 'advisory', pending_chunks: 1});
});
