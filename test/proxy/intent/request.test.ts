import test from 'ava';
import type {Host} from '../../../policies/model/names.ts';
import type {AskedRequest, Passage} from '../../../proxy/gate.ts';
import {readRequest, upstreamHead} from '../../../proxy/intent/request.ts';

type Headers = readonly (readonly [string, string])[];

const host = (name = 'api.example.com'): Headers => [['Host', name]];

const tunnel: NonNullable<AskedRequest['tunnel']> = {
	host: 'api.example.com' as Host,
	port: 443,
	passage: {} as Passage,
	isTls: true,
	servername: 'api.example.com',
};

const inTunnel = (
	target: string,
	headers: Headers = host(),
	changes: Partial<typeof tunnel> = {},
	method = 'GET',
) => readRequest({method, target, headers}, {...tunnel, ...changes}, () => false);

const plain = (target: string, headers: Headers = host(), method = 'GET') =>
	readRequest({method, target, headers}, undefined, () => false);

const codeOf = (read: ReturnType<typeof plain>): string => (read.ok ? 'ok' : read.error.code);

test('a request in a tunnel is read in normal form', t => {
	const read = inTunnel('/a/./b//c?q=1+2&q=%C3%A9&x', [['Host', 'API.example.com:443']]);
	t.deepEqual(read.ok ? read.value : read.error, {
		host: 'api.example.com' as Host,
		port: 443,
		scheme: 'https',
		method: 'GET',
		path: '/a/b/c' as never,
		encodedSlash: false,
		query: new Map([
			['q', ['1 2', 'é']],
			['x', ['']],
		]),
		target: '/a/b/c?q=1+2&q=%C3%A9&x',
	});
});

test('a request on the plain listener is read from its absolute form', t => {
	const read = plain('http://API.example.com:8080/a', host('api.example.com:8080'));
	t.like(read.ok ? read.value : {}, {
		host: 'api.example.com',
		port: 8080,
		scheme: 'http',
		target: '/a',
	});
	t.like(plain('http://api.example.com?x=1'), {value: {target: '/?x=1', port: 80}});
});

for (const [title, read, code] of [
	['origin form on the plain listener', plain('/a'), 'malformed_target'],
	['* on the plain listener', plain('*'), 'malformed_target'],
	['https in absolute form', plain('https://api.example.com/a'), 'https_absolute_form'],
	['another scheme', plain('ftp://api.example.com/a'), 'unsupported_scheme'],
	['a user name in the target', plain('http://a@api.example.com/'), 'malformed_authority'],
	['a target without a host', plain('http:///a', host('')), 'malformed_authority'],
	['absolute form in a tunnel', inTunnel('https://api.example.com/a'), 'malformed_target'],
	['* in a tunnel', inTunnel('*', host(), {}, 'OPTIONS'), 'malformed_target'],
	['no Host', inTunnel('/', []), 'malformed_request'],
	['an empty Host', inTunnel('/', host('')), 'malformed_authority'],
	['two Hosts', inTunnel('/', [...host(), ['hOsT', 'api.example.com']]), 'duplicate_host'],
	['a Host that is another name', inTunnel('/', host('evil.test')), 'authority_mismatch'],
	[
		'a Host that is another port',
		inTunnel('/', host('api.example.com:8443')),
		'authority_mismatch',
	],
	[
		'a Host without the port of the tunnel',
		inTunnel('/', host(), {port: 8443}),
		'authority_mismatch',
	],
	[
		'a Host that disagrees with the target',
		plain('http://api.example.com/', host('evil.test')),
		'authority_mismatch',
	],
	[
		'an SNI that is another name',
		inTunnel('/', host(), {servername: 'evil.test'}),
		'authority_mismatch',
	],
	['a method that is no token', inTunnel('/', host(), {}, 'GE T'), 'malformed_request'],
	['CONNECT in a tunnel', inTunnel('/', host(), {}, 'CONNECT'), 'nested_connect'],
	[
		'a method override',
		inTunnel('/', [...host(), ['X-HTTP-Method-Override', 'PUT']]),
		'method_override',
	],
	['a _method in the query', inTunnel('/a?x=1&_METHOD=put'), 'method_override'],
	['an encoded _method in the query', inTunnel('/a?%5Fmethod=put'), 'method_override'],
	['a _method as PHP reads it', inTunnel('/a?.method=put'), 'method_override'],
	['a _method after a space', inTunnel('/a?+_method=put'), 'method_override'],
	['a _method after a semicolon', inTunnel('/a?x=1;_method=put'), 'method_override'],
	['a _method before a NUL', inTunnel('/a?_method%00x=put'), 'method_override'],
	['an encoded slash', inTunnel('/a%2Fb'), 'malformed_target'],
	['a path above the root', inTunnel('/../a'), 'malformed_target'],
	['a fragment', inTunnel('/a#b'), 'malformed_target'],
	['a query that cannot be decoded', inTunnel('/a?x=%zz'), 'malformed_target'],
] as const) {
	test(`${title} is refused as ${code}`, t => {
		t.is(codeOf(read), code);
	});
}

test('a client without SNI, and plain HTTP in a tunnel, are read', t => {
	t.is(codeOf(inTunnel('/', host(), {servername: ''})), 'ok');
	t.like(inTunnel('/', host(), {port: 80, isTls: false, servername: ''}), {
		value: {scheme: 'http'},
	});
});

test('an encoded slash is kept where an endpoint of the place allows it', t => {
	const asked: string[] = [];
	const read = readRequest({method: 'GET', target: '/a%2fb', headers: host()}, tunnel, place => {
		asked.push(`${place.host}:${place.port}`);
		return true;
	});
	t.like(read, {value: {path: '/a%2Fb', encodedSlash: true}});
	t.deepEqual(asked, ['api.example.com:443']);
});

test('any Upgrade header counts, with or without Connection (X15)', t => {
	t.like(inTunnel('/', [...host(), ['Upgrade', ' WebSocket ']]), {value: {upgrade: 'websocket'}});
	t.like(inTunnel('/', [...host(), ['Upgrade', 'h2c'], ['upgrade', 'websocket']]), {
		value: {upgrade: 'h2c, websocket'},
	});
	t.is('upgrade' in (inTunnel('/') as {value: object}).value, false);
});

test('header and query names of objects are names like any other (X39)', t => {
	const read = inTunnel('/?__proto__=a&constructor=b', [...host(), ['__proto__', 'x']]);
	t.deepEqual(read.ok && [...read.value.query.keys()], ['__proto__', 'constructor']);
});

test('what goes upstream is canonical and holds nothing of the proxy', t => {
	const head = {
		method: 'GET',
		target: 'http://API.example.com:80/a/../b?x=1',
		headers: [
			['HOST', 'API.example.com:80'],
			['Proxy-Authorization', 'Basic x'],
			['proxy-connection', 'keep-alive'],
			['Accept', '*/*'],
		],
	} as const;
	const read = readRequest(head, undefined, () => false);
	t.deepEqual(read.ok ? upstreamHead(head, read.value) : read.error, {
		method: 'GET',
		target: '/b?x=1',
		headers: [
			['HOST', 'api.example.com'],
			['Accept', '*/*'],
		],
	});
});
