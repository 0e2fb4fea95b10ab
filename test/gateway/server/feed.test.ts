import {once} from 'node:events';
import {get, type IncomingMessage} from 'node:http';
import test, {type ExecutionContext} from 'ava';
import {maxReviewerFeeds} from '../../../gateway/server/limits.ts';
import {until} from '../../helpers/wait.ts';
import {startTestGateway} from '../helpers/gateway.ts';

const openFeed = async (t: ExecutionContext, socketPath: string): Promise<IncomingMessage> => {
	const request = get({socketPath, path: '/v1/events', agent: false});
	t.teardown(() => request.destroy());
	const [response] = (await once(request, 'response')) as [IncomingMessage];
	return response.on('error', () => undefined).resume();
};

test('feeds of reviewers are bounded, and one that ended makes room', async t => {
	const {socketPath} = await startTestGateway(t);
	const feeds: IncomingMessage[] = [];
	for (let index = 0; index < maxReviewerFeeds; index++) {
		feeds.push(await openFeed(t, socketPath));
	}

	t.true(feeds.every(({statusCode}) => statusCode === 200));
	const refused = await openFeed(t, socketPath);
	t.is(refused.statusCode, 429);
	t.is(refused.headers['retry-after'], '5');
	feeds[0]?.destroy();
	await until(async () => (await openFeed(t, socketPath)).statusCode === 200);
});
