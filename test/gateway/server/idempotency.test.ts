import {createHash} from 'node:crypto';
import path from 'node:path';
import test from 'ava';
import {makeGatewayClient} from '../../../gateway/client/client.ts';
import {makeOnce} from '../../../gateway/server/idempotency.ts';
import {chunkRoutes} from '../../../gateway/server/routes/chunks.ts';
import {rulingRoutes} from '../../../gateway/server/routes/rulings.ts';
import {openStore, type Store} from '../../../gateway/store/open.ts';
import type {Digest} from '../../../policies/model/names.ts';
import {ok} from '../../../policies/model/result.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
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

test('a crash right after the write leaves its answer, too, so a repetition does nothing twice', async t => {
	const store = await openStore(path.join(await temporaryDirectory(t), 'g', 'gateway.db'), {
		random: count => new Uint8Array(count),
	});
	t.teardown(() => store.close());
	const digest = (text: string) => createHash('sha256').update(text).digest('hex') as Digest;
	const once = makeOnce({store, digest, now: () => 1000});
	const request = {caller: 'sbx', key: 'key', content: ['POST']};
	let writes = 0;
	const crashing = once(request, async answering => {
		await answering(202).write(async () => {
			writes += 1;
			return ok({bundle_id: 'bnd_1'});
		});
		throw new Error('killed before the answer');
	});
	await t.throwsAsync(crashing, {message: 'killed before the answer'});
	const repeated = await once(request, async () => t.fail() as never);
	t.deepEqual(repeated, ok({status: 202, body: {bundle_id: 'bnd_1'}}));
	t.is(writes, 1);
});

test('what may be repeated under a key writes through the store that keeps the answer', async t => {
	const routes = [chunkRoutes, rulingRoutes].flatMap(make => make({} as never));
	const writing = routes.filter(({method}) => method !== 'get');
	t.is(writing.length, 3);
	const bodies: ReadonlyArray<readonly [string, object]> = [
		['proposals', proposal(addRule('api'))],
		['approve', {review_token: 'a'.repeat(64)}],
		['reject', {reason: 'r', guidance_code: 'c'}],
	];
	for (const route of writing) {
		const asked: number[] = [];
		const store = {
			async write() {
				return ok({});
			},
			onCommit: () => () => undefined,
		} as unknown as Store;
		const input = {
			principal: {kind: 'reviewer', name: 'tester'},
			params: new Map([['id', 'chk_01JAAAAAAAAAAAAAAAAAAAAAAA']]),
			sandbox: {id: 'sbx_1'},
			body: bodies.find(([end]) => route.path.endsWith(end))?.[1],
			answering(status: number) {
				asked.push(status);
				return store;
			},
		};
		await (route.handle as (given: unknown) => Promise<unknown>)(input);
		t.is(asked.length, 1, route.path);
	}
});
