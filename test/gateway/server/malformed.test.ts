import {EventEmitter} from 'node:events';
import type {IncomingMessage} from 'node:http';
import test from 'ava';
import {readJson} from '../../../gateway/server/body.ts';
import {maxBodyBytes} from '../../../gateway/server/limits.ts';
import {attachSandbox, startTestGateway} from '../helpers/gateway.ts';
import {ask, speak} from '../helpers/raw.ts';

const attach = {
	policy_yaml: '',
	settings: {},
	tier: 'full',
	workdir: '/',
	resume: false,
	replace_policy: false,
};

type Row = readonly [
	title: string,
	request: readonly [method: string, path: string, body?: string, headers?: Record<string, string>],
	status: number,
	error: string,
	detail?: RegExp,
];

const json = {'content-type': 'application/json'};
const rows: readonly Row[] = [
	['an unknown route', ['GET', '/v2/health'], 404, 'route_not_found'],
	['a route with a trailing word', ['GET', '/v1/health/x'], 404, 'route_not_found'],
	['a wrong method', ['DELETE', '/v1/health'], 405, 'method_not_allowed'],
	['an undecodable path', ['GET', '/v1/sandboxes/%ZZ/config'], 404, 'not_found'],
	['a path with a slash in the name', ['GET', '/v1/sandboxes/a%2Fb/config'], 404, 'not_found'],
	['JSON that ends early', ['PUT', '/v1/sandboxes/a', '{"policy_yaml":'], 400, 'invalid_json'],
	[
		'JSON nested too deep, under a key that has it written down',
		[
			'PUT',
			'/v1/settings/proposal_approval_mode',
			`{"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
			{...json, 'idempotency-key': 'deep'},
		],
		400,
		'invalid_json',
		/64 levels/,
	],
	['bytes that are no UTF-8', ['PUT', '/v1/sandboxes/a', '\xff\xfe'], 400, 'invalid_json'],
	[
		'a body that is not JSON by its type',
		['PUT', '/v1/sandboxes/a', '{}', {'content-type': 'text/plain'}],
		415,
		'unsupported_media_type',
	],
	['a body without a type', ['PUT', '/v1/sandboxes/a', '{}', {}], 415, 'unsupported_media_type'],
	[
		'no body where one is needed',
		['PUT', '/v1/sandboxes/a'],
		400,
		'invalid_request',
		/the body must be an object/,
	],
	[
		'a list for an object',
		['PUT', '/v1/sandboxes/a', '[]'],
		400,
		'invalid_request',
		/must be an object/,
	],
	[
		'an unknown key',
		['PUT', '/v1/sandboxes/a', JSON.stringify({...attach, x: 1})],
		400,
		'invalid_request',
		/x is not known/,
	],
	[
		'a __proto__ key',
		['PUT', '/v1/sandboxes/a', `{"__proto__":{},${JSON.stringify(attach).slice(1)}`],
		400,
		'invalid_request',
		/__proto__ is not known/,
	],
	[
		'a missing key',
		['PUT', '/v1/sandboxes/a', '{"policy_yaml":""}'],
		400,
		'invalid_request',
		/settings is missing/,
	],
	[
		'a wrong type',
		['PUT', '/v1/sandboxes/a', JSON.stringify({...attach, resume: 'yes'})],
		400,
		'invalid_request',
		/resume must be true or false/,
	],
	[
		'an unknown word',
		['PUT', '/v1/sandboxes/a', JSON.stringify({...attach, tier: 'root'})],
		400,
		'invalid_request',
		/tier must be one of/,
	],
	[
		'a bad sandbox name',
		['PUT', '/v1/sandboxes/-a', JSON.stringify(attach)],
		400,
		'invalid_request',
		/sandbox name/,
	],
	[
		'a name like __proto__',
		['PUT', '/v1/sandboxes/__proto__', JSON.stringify(attach)],
		400,
		'invalid_request',
	],
	[
		'no policy for a new sandbox',
		['PUT', '/v1/sandboxes/a', JSON.stringify(attach)],
		422,
		'invalid_policy',
	],
	[
		'a policy that is no YAML',
		['PUT', '/v1/sandboxes/a', JSON.stringify({...attach, policy_yaml: 'a: ['})],
		422,
		'invalid_policy',
	],
	[
		'a policy with an unknown key',
		[
			'PUT',
			'/v1/sandboxes/a',
			JSON.stringify({...attach, policy_yaml: 'version: 1\nnetwerk_policies: {}\n'}),
		],
		422,
		'invalid_policy',
		/line 2, column 1/,
	],
	[
		'a policy with a word nobody here knows',
		[
			'PUT',
			'/v1/sandboxes/a',
			JSON.stringify({
				...attach,
				policy_yaml:
					'version: 1\nnetwork_policies:\n  a:\n    endpoints: [{host: h.example, port: 443, protocol: graphql, access: full}]\n    binaries: [{path: /b}]\n',
			}),
		],
		422,
		'invalid_policy',
	],
	['a chunk id that is none', ['GET', '/v1/sandboxes/demo/chunks/chk_x'], 404, 'chunk_not_found'],
	['an unknown status', ['GET', '/v1/sandboxes/demo/chunks?status=open'], 400, 'invalid_request'],
	['a cursor that is no number', ['GET', '/v1/events?after=x'], 400, 'invalid_request'],
	['a cursor of the future', ['GET', '/v1/events?after=999999'], 409, 'cursor_lost'],
	['a cursor of another database', ['GET', '/v1/events?after=1&epoch=other'], 409, 'cursor_lost'],
	[
		'an Idempotency-Key with a space',
		['DELETE', '/v1/settings/proposal_approval_mode', '{}', {...json, 'idempotency-key': 'a b'}],
		400,
		'invalid_request',
	],
	[
		'a body over the bound',
		['PUT', '/v1/sandboxes/a', `"${'x'.repeat(maxBodyBytes)}"`],
		413,
		'body_too_large',
	],
	[
		'a chunked body over the bound',
		[
			'PUT',
			'/v1/sandboxes/a',
			`"${'x'.repeat(maxBodyBytes)}"`,
			{...json, 'transfer-encoding': 'chunked'},
		],
		413,
		'body_too_large',
	],
];

test('everything malformed has a named answer, and the gateway goes on', async t => {
	const gateway = await startTestGateway(t);
	await attachSandbox(t, gateway);
	for (const [title, [method, path, body, headers = json], status, error, detail] of rows) {
		const bytes = body === undefined ? undefined : Buffer.from(body, 'latin1').toString('latin1');
		const answer = await ask(gateway.socketPath, method, path, bytes, headers);
		const refused = JSON.parse(answer.body) as {error: string; detail: string};
		t.is(answer.status, status, `${title}: ${answer.body}`);
		t.is(refused.error, error, title);
		t.regex(refused.detail, detail ?? /./, title);
		t.is(answer.headers['x-content-type-options'], 'nosniff');
		t.is(answer.headers['cache-control'], 'no-store');
	}

	t.true((await gateway.reviewer.health()).ok);
	t.deepEqual(gateway.faults, []);
});

test('a head that is no HTTP, or too large, is answered in JSON', async t => {
	const gateway = await startTestGateway(t);
	t.regex(await speak(gateway.socketPath, 'HELLO\r\n\r\n'), /^HTTP\/1\.1 400 .*"invalid_request"/s);
	t.regex(
		await speak(
			gateway.socketPath,
			`GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`,
		),
		/^HTTP\/1\.1 431 .*"head_too_large"/s,
	);
	t.regex(
		await speak(
			gateway.socketPath,
			'PUT /v1/sandboxes/a HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n',
		),
		/^HTTP\/1\.1 400 /,
	);
	t.true((await gateway.reviewer.health()).ok);
});

test('a body that stalls, or is cut, ends with its own answer', async t => {
	const request = Object.assign(new EventEmitter(), {headers: {}, pause() {}});
	const stalled = await readJson(request as unknown as IncomingMessage, 5);
	t.like(stalled, {ok: false, error: {code: 'request_timeout'}});
	const cut = readJson(request as unknown as IncomingMessage, 60_000);
	request.emit('data', Buffer.from('{'));
	request.emit('close');
	t.like(await cut, {ok: false, error: {code: 'invalid_request'}});
	t.is(request.listenerCount('data'), 0);
});

test('a refused body closes its connection, so that its rest is never read as a request', async t => {
	const gateway = await startTestGateway(t);
	const smuggled = 'DELETE /v1/sandboxes/demo HTTP/1.1\r\nhost: x\r\n\r\n';
	const text = await speak(
		gateway.socketPath,
		`PUT /v1/sandboxes/a HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${maxBodyBytes + 1}\r\n\r\n${smuggled}`,
	);
	t.is(text.match(/HTTP\/1\.1/g)?.length, 1);
	t.regex(text, /connection: close/i);
});
