import test from 'ava';
import {makeGatewayClient} from '../../../gateway/client/client.ts';
import {
	addRule,
	attachSandbox,
	must,
	proposal,
	propose,
	startTestGateway,
	tokenOf,
} from '../helpers/gateway.ts';

test('a repeated submission is answered from the first, also after a restart', async t => {
	let gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const submit = (client = sandbox.client) =>
		client.submit('demo', proposal(addRule('api')), 'key-1');
	const [first, twin] = await Promise.all([submit(), submit()]);
	t.deepEqual(must(twin), must(first));
	gateway = await gateway.restart();
	const client = makeGatewayClient({
		kind: 'tls',
		url: gateway.sandboxUrl,
		...sandbox.attached,
	});
	t.teardown(() => client.close());
	t.deepEqual(must(await submit(client)), must(first));
	t.is(must(await gateway.reviewer.chunks('demo')).length, 1);
});

test('a key is its caller’s own, and for one request only', async t => {
	const gateway = await startTestGateway(t);
	const one = await attachSandbox(t, gateway, 'one');
	const two = await attachSandbox(t, gateway, 'two');
	must(await one.client.submit('one', proposal(addRule('api')), 'key'));
	must(await two.client.submit('two', proposal(addRule('api')), 'key'));
	t.is(must(await two.client.chunks('two')).length, 1);
	t.like(await one.client.submit('one', proposal(addRule('other')), 'key'), {
		ok: false,
		error: {status: 409, body: {error: 'key_reused'}},
	});
});

test('a repeated approval is the same approval; a refusal may be tried again', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const chunk = await propose(sandbox, 'api');
	t.like(await gateway.reviewer.approve('demo', chunk.id, {review_token: ''}, 'key'), {
		ok: false,
		error: {body: {error: 'stale'}},
	});
	const first = must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk), 'key'));
	t.deepEqual(must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk), 'key')), first);
	t.like(must(await sandbox.client.config('demo')), {revision: 2});
});
