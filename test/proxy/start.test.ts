import {readFile, stat} from 'node:fs/promises';
import {connect as connectTcp} from 'node:net';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {startProxy} from '../../proxy/start.ts';
import {type FakeGateway, makeFakeGateway} from '../helpers/fake-gateway.ts';
import {authorization, depsOf, get, optionsOf, policy, rest, runProxy} from '../helpers/proxy.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {Line, serveHttp, serveHttps, serveRaw} from '../helpers/wire.ts';

/** A proxy with a gateway in the test's own process. */
const run = async (
	t: ExecutionContext,
	yaml: string | undefined,
	options: Parameters<typeof runProxy>[2] = {},
	gateway: FakeGateway = makeFakeGateway(yaml),
) => ({gateway, ...(await runProxy(t, gateway, options))});

const hello = async (t: ExecutionContext): Promise<number> =>
	serveHttps(t, (request, response) => {
		response.setHeader('Content-Length', 5);
		response.end(request.method === 'GET' ? 'hello' : 'other');
	});

test('a denied name is answered inside TLS, and allowed after a reload on the next request', async t => {
	const upstream = await hello(t);
	const world = await run(t, policy(), {pairs: [`api.test:443:127.0.0.1:${upstream}`]});
	const line = await world.inside('api.test:443');
	const {head, body} = await line.send(get('/user?secret=1')).response();
	t.regex(head, /^HTTP\/1\.1 403 /);
	const denial = JSON.parse(body) as Record<string, unknown>;
	t.like(denial, {
		error: 'policy_denied',
		code: 'no_endpoint',
		host: 'api.test',
		method: 'GET',
		path: '/user',
	});
	t.regex(String(denial['denial_id']), /^den_[0-9A-HJKMNP-TV-Z]{26}$/);
	t.truthy(denial['suggested_operation']);
	t.notRegex(body, /secret/);
	t.deepEqual(await world.gateway.activate(policy(rest('method: GET, path: "/user"'))), {
		loaded: true,
	});
	const allowed = await (await world.inside('api.test:443')).send(get('/user')).response();
	t.regex(allowed.head, /^HTTP\/1\.1 200 /);
	t.is(allowed.body, 'hello');
	await world.proxy.close();
	t.is(
		world.gateway.batches.flatMap(({denials}) => denials)[0]?.denial_id,
		denial['denial_id'] as never,
	);
	const kinds = (await world.record()).map(
		line => (line['metadata'] as {event_code: string}).event_code,
	);
	t.deepEqual(kinds.slice(0, 3), ['policy.loaded', 'proxy.started', 'proxy.listening']);
	t.is(kinds.at(-1), 'proxy.stopped');
	for (const kind of [
		'http.request.denied',
		'policy.reloaded',
		'net.open.allowed',
		'http.request.allowed',
		'net.close',
	]) {
		t.true(kinds.includes(kind), kind);
	}
});

test('a reload holds for the next request of a connection that stays open', async t => {
	const upstream = await hello(t);
	const both = policy(rest('method: GET, path: "/a"', 'method: GET, path: "/b"'));
	const world = await run(t, both, {pairs: [`api.test:443:127.0.0.1:${upstream}`]});
	const line = await world.inside('api.test:443');
	t.regex((await line.send(get('/b')).response()).head, / 200 /);
	await world.gateway.activate(policy(rest('method: GET, path: "/a"')));
	t.regex((await line.send(get('/a')).response()).head, / 200 /);
	t.regex((await line.send(get('/b')).response()).head, / 403 /);
});

test('a reload closes the tunnel it denies, and lets another live', async t => {
	const echo = await serveRaw(t, socket => socket.pipe(socket));
	const world = await run(
		t,
		policy('host: kept.test, port: 7000, tls: skip', 'host: taken.test, port: 7000, tls: skip'),
		{pairs: [`kept.test:7000:127.0.0.1:${echo}`, `taken.test:7000:127.0.0.1:${echo}`]},
	);
	const kept = (await world.connect('kept.test:7000')).line;
	const taken = (await world.connect('taken.test:7000')).line;
	await kept.send('one').until('one');
	await taken.send('two').until('two');
	await world.gateway.activate(policy('host: kept.test, port: 7000, tls: skip'));
	t.is(await taken.rest(), '');
	await kept.send('three').until('three');
	t.pass();
});

test('a reload cuts a running body whose request it denies, and lets another run', async t => {
	const upstream = await serveHttps(t, (_, response) => {
		response.writeHead(200);
		response.write('begun');
	});
	const both = policy(rest('method: GET, path: "/a"', 'method: GET, path: "/b"'));
	const world = await run(t, both, {pairs: [`api.test:443:127.0.0.1:${upstream}`]});
	const [kept, cut] = [await world.inside('api.test:443'), await world.inside('api.test:443')];
	await kept.send(get('/a')).until('begun');
	await cut.send(get('/b')).until('begun');
	await world.gateway.activate(policy(rest('method: GET, path: "/a"')));
	t.notRegex(await cut.rest(), /0\r\n\r\n$/);
	t.false(kept.socket.destroyed);
	await world.proxy.close();
	const closes = (await world.record()).filter(
		line => (line['metadata'] as {event_code: string}).event_code === 'http.request.allowed',
	);
	t.is(closes.length, 2);
});

test('a place that is tls: skip for somebody else is refused at CONNECT', async t => {
	const yaml = policy('host: git.test, port: 443, tls: skip').replace('/**', '/usr/bin/nobody');
	const world = await run(t, yaml);
	const {line, reply} = await world.connect('git.test:443');
	t.regex(reply, /^HTTP\/1\.1 403 /);
	t.like(JSON.parse(await line.rest()), {
		code: 'binary_not_allowed',
		layer: 'l4',
		detail: 'CONNECT git.test:443 not permitted by policy',
		suggestion_is_broader: true,
	});
});

test('a name that leads to this machine is refused without --connect-to', async t => {
	const upstream = await hello(t);
	const world = await run(
		t,
		policy(`host: localhost, port: ${upstream}, protocol: rest, access: full`),
	);
	const line = await world.inside(`localhost:${upstream}`);
	const {head, body} = await line.send(get('/', `localhost:${upstream}`)).response();
	t.regex(head, / 403 /);
	t.like(JSON.parse(body), {error: 'ssrf_denied'});
});

test('a policy that cannot be read is reported with its place, and the one before it stays', async t => {
	const upstream = await hello(t);
	const world = await run(t, policy(rest('method: GET, path: "/a"')), {
		pairs: [`api.test:443:127.0.0.1:${upstream}`],
	});
	const report = await world.gateway.activate('version: 1\nnetwork_polices: {}\n');
	t.false(report.loaded);
	t.regex(report.loaded ? '' : report.error, /line 2.*network_polices/s);
	const line = await world.inside('api.test:443');
	t.regex((await line.send(get('/a')).response()).head, / 200 /);
});

test('policy.local answers on plain HTTP with the token, and to nobody without it (X7)', async t => {
	const world = await run(t, policy());
	const ask = async (headers: string): Promise<string> => {
		const line = new Line(connectTcp(world.proxy.port, '127.0.0.1'));
		t.teardown(() => line.socket.destroy());
		line.send(
			`GET http://policy.local/v1/policy/current HTTP/1.1\r\nHost: policy.local\r\n${headers}\r\n`,
		);
		const {head, body} = await line.response();
		return head + body;
	};
	t.regex(await ask(`${authorization}\r\n`), / 200 .*policy_yaml/s);
	t.regex(await ask(''), / 407 .*proxy_auth_required/s);
	t.regex(await ask(`${authorization}\r\nOrigin: http://evil.test\r\n`), / 40\d /);
});

test('plain HTTP is forwarded where a rule allows it, and told why not where none does', async t => {
	const upstream = await serveHttp(t, (request, response) => {
		response.end(JSON.stringify(request.rawHeaders));
	});
	const world = await run(
		t,
		policy(
			'host: plain.test, port: 80, protocol: rest, rules: [{allow: {method: GET, path: "/a"}}]',
		),
		{pairs: [`plain.test:80:127.0.0.1:${upstream}`]},
	);
	const ask = async (path: string) => {
		const line = new Line(connectTcp(world.proxy.port, '127.0.0.1'));
		t.teardown(() => line.socket.destroy());
		return line
			.send(`GET http://plain.test${path} HTTP/1.1\r\nHost: plain.test\r\n${authorization}\r\n\r\n`)
			.response();
	};
	const allowed = await ask('/x/../a');
	t.regex(allowed.head, / 200 /);
	t.notRegex(allowed.body, /proxy-authorization/i);
	const denied = await ask('/b');
	t.regex(denied.head, / 403 /);
	t.like(JSON.parse(denied.body), {layer: 'l7', code: 'not_permitted', path: '/b'});
});

test('trust files are written, and the last policy is kept for its owner only', async t => {
	const world = await run(t, policy());
	await world.proxy.close();
	t.is(await readFile(join(world.folder, 'ca.pem'), 'utf8'), world.proxy.caPem);
	t.true(
		(await readFile(join(world.folder, 'bundle.pem'), 'utf8')).includes(world.proxy.caPem.trim()),
	);
	t.is(await readFile(join(world.folder, 'policy.last.yaml'), 'utf8'), policy());
	t.is((await stat(join(world.folder, 'policy.last.yaml'))).mode & 0o777, 0o600);
});

test('without a gateway the policy of the command line is in force, and without either nothing starts', async t => {
	const folder = await temporaryDirectory(t);
	const alone = await startProxy(optionsOf(folder, {policy: policy()}), depsOf(undefined));
	await alone.close();
	await t.throwsAsync(startProxy(optionsOf(folder, {}), depsOf(undefined)), {
		message: /no policy; give --policy FILE or --gateway/,
	});
	await t.throwsAsync(startProxy(optionsOf(folder, {policy: 'version: x'}), depsOf(undefined)), {
		message: /the policy cannot be used:\nline 1/,
	});
});

test('a fresh start without its gateway refuses unless a policy is given, and follows when it comes', async t => {
	const gateway = makeFakeGateway(policy(rest('method: GET, path: "/a"')));
	gateway.isReachable = false;
	const folder = await temporaryDirectory(t);
	await t.throwsAsync(startProxy(optionsOf(folder, {}), depsOf(gateway)), {
		message: /cannot be reached: nobody listens; start the gateway, or give --policy/,
	});
	const upstream = await hello(t);
	const world = await run(
		t,
		undefined,
		{policy: policy(), pairs: [`api.test:443:127.0.0.1:${upstream}`]},
		gateway,
	);
	t.regex((await (await world.inside('api.test:443')).send(get('/a')).response()).head, / 403 /);
	gateway.isReachable = true;
	t.deepEqual(await gateway.activate(policy(rest('method: GET, path: "/a"'))), {loaded: true});
	t.regex((await (await world.inside('api.test:443')).send(get('/a')).response()).head, / 200 /);
});

test('a gateway policy that cannot be read starts a proxy that denies everything', async t => {
	const world = await run(t, 'version: x');
	const {body} = await (await world.inside('api.test:443')).send(get('/a')).response();
	t.like(JSON.parse(body), {code: 'no_policy'});
});

test('a port that is taken stops the start, and leaves nothing open', async t => {
	const world = await run(t, policy());
	await t.throwsAsync(run(t, policy(), {listen: {host: '127.0.0.1', port: world.proxy.port}}), {
		message: /cannot listen on 127\.0\.0\.1:\d+ .*choose another --listen/,
	});
});

test('a foreign plugin that would change what was decided on stops the start (X26)', async t => {
	const plugins = [
		{
			name: 'rewriter',
			make: () => ({name: 'rewriter', hooks: {onForward: async (_: unknown, head: never) => head}}),
		},
	];
	await t.throwsAsync(run(t, policy(), {plugins}), {message: /plugin rewriter has onForward/});
});
