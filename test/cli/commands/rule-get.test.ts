import test from 'ava';
import {attachRequest, must, propose} from '../../gateway/helpers/gateway.ts';
import {startReview} from '../../helpers/review.ts';

test('proposals are listed newest first under a header with the policy version', async t => {
	const {cli, sandbox} = await startReview(t);
	t.is((await cli(['rule', 'get'])).out, "No network rules for sandbox 'demo'\n");
	const [older, newer] = [await propose(sandbox, 'api'), await propose(sandbox, 'more')];
	const {code, out} = await cli(['rl', 'get', 'demo']);
	t.is(code, 0);
	t.true(out.startsWith('Network Rules:  (version 1, 2 chunks)\n\n  Chunk: '));
	t.true(out.indexOf(newer.id) < out.indexOf(older.id));
	t.regex(out, /UNPROMPTED/);
});

test('scripts get the chunks as JSON, of one status if they ask', async t => {
	const {cli, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	const {json} = await cli(['rule', 'get', '--json', '--status', 'pending']);
	t.like((json[0] as unknown[])[0], {
		id: chunk.id,
		status: 'pending',
		review_token: chunk.review_token,
	});
	t.deepEqual((await cli(['rule', 'get', '--json', '--status', 'approved'])).json, [[]]);
});

test('where several sandboxes could be meant the answer lists them', async t => {
	const {cli, gateway} = await startReview(t);
	must(await gateway.reviewer.attach('second', attachRequest({workdir: '/other'})));
	const {code, error} = await cli(['rule', 'get']);
	t.is(code, 2);
	t.regex(error, /There is .*demo.*second|There is .*second.*demo/);
	const unknown = await cli(['rule', 'get', 'third']);
	t.is(unknown.code, 1);
	t.regex(unknown.error, /There is no sandbox 'third'/);
});
