import test from 'ava';
import {startProxy} from '../../proxy/start.ts';
import {attachSandbox, must, startTestGateway, tokenOf} from '../gateway/helpers/gateway.ts';
import {askLocal, depsOf, get, optionsOf, policy, runProxy} from '../helpers/proxy.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {serveHttps} from '../helpers/wire.ts';

type Json = Readonly<Record<string, unknown>>;

test('a refused request is proposed, approved by a person, loaded, and goes through', async t => {
	const upstream = await serveHttps(t, (_, response) => {
		response.setHeader('Content-Length', 5);
		response.end('hello');
	});
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const world = await runProxy(t, sandbox, {pairs: [`api.test:443:127.0.0.1:${upstream}`]});
	const {port} = world.proxy;
	const kept = await world.inside('api.test:443');
	const denied = await kept.send(get('/user?secret=1')).response();
	t.regex(denied.head, / 403 /);
	const denial = JSON.parse(denied.body) as Json;

	const recent = await askLocal(port, {method: 'GET', path: '/v1/denials?last=1'});
	const [item] = recent.body['items'] as readonly Json[];
	t.is(item?.['denial_id'], denial['denial_id']);
	const submitted = await askLocal(port, {
		method: 'POST',
		path: '/v1/proposals',
		body: {
			intent_summary: 'read who I am',
			operations: [item?.['suggested_operation']],
			denial_ids: [item?.['denial_id']],
		},
	});
	t.is(submitted.status, 202);
	t.is(submitted.body['accepted_chunks'], 1, JSON.stringify(submitted.body));
	const [id] = submitted.body['accepted_chunk_ids'] as readonly string[];

	const waiting = askLocal(port, {method: 'GET', path: `/v1/proposals/${id}/wait?timeout=20`});
	const chunk = must(await gateway.reviewer.chunk('demo', id ?? ''));
	t.is(chunk.denials[0]?.denial_id, denial['denial_id'] as never);
	t.notRegex(JSON.stringify(chunk), /secret/);
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	t.like((await waiting).body, {status: 'approved', policy_reloaded: true, phase: 'active'});

	const allowed = await (await world.inside('api.test:443')).send(get('/user')).response();
	t.regex(allowed.head, / 200 /);
	t.is(allowed.body, 'hello');
	const other = await (await world.inside('api.test:443')).send(get('/other')).response();
	t.regex(other.head, / 403 /);
});

test('with the gateway gone the proxy enforces what it has, and says that nobody can rule', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const world = await runProxy(t, sandbox);
	await gateway.close();
	const line = await world.inside('api.test:443');
	t.regex((await line.send(get('/a')).response()).body, /no_endpoint/);
	const local = await askLocal(world.proxy.port, {method: 'GET', path: '/v1/denials?last=1'});
	t.is((local.body['items'] as readonly Json[]).length, 1);
	const proposed = await askLocal(world.proxy.port, {
		method: 'POST',
		path: '/v1/proposals',
		body: {
			operations: [(local.body['items'] as readonly Json[])[0]?.['suggested_operation']],
		},
	});
	t.true(proposed.status >= 500, JSON.stringify(proposed));
});

test('a closed proxy leaves no timer behind that would keep its process alive', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {policy_yaml: policy()});
	const deps = depsOf(sandbox);
	const asleep = new Set<AbortSignal>();
	const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
		asleep.add(signal);
		await deps.clock.sleep(ms, signal);
		asleep.delete(signal);
	};
	const proxy = await startProxy(optionsOf(await temporaryDirectory(t), {}), {
		...deps,
		clock: {now: deps.clock.now, sleep},
	});
	await proxy.close();
	await new Promise(resolve => setImmediate(resolve));
	t.is(asleep.size, 0);
});
