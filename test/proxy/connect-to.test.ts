import test from 'ava';
import {findConnectTo, parseConnectTo} from '../../proxy/connect-to.ts';

const canonical = (host: string): string | undefined =>
	/^[\w.:[\]-]+$/.test(host) ? host.toLowerCase() : undefined;

for (const [text, expected] of [
	['api.example.com:443:127.0.0.1:8443', ['api.example.com', 443, '127.0.0.1', 8443]],
	['API.example.com:443:[::1]:8443', ['api.example.com', 443, '::1', 8443]],
	['[2001:db8::1]:443:127.0.0.1:1', ['[2001:db8::1]', 443, '127.0.0.1', 1]],
] as const) {
	test(`${text} is read`, t => {
		const read = parseConnectTo(text, canonical);
		t.true(read.ok);
		const {host, port, address, dialPort} = read.ok ? read.value : ({} as never);
		t.deepEqual([host, port, address, dialPort], [...expected]);
	});
}

for (const text of [
	'',
	'api.example.com:443',
	'api.example.com:443:localhost:8443',
	'api.example.com:0:127.0.0.1:8443',
	'api.example.com:443:127.0.0.1:65536',
	'api.example.com:443:127.0.0.1:8443:9',
	'api example:443:127.0.0.1:8443',
	':443:127.0.0.1:8443',
	'api.example.com:443:::1:8443',
]) {
	test(`${JSON.stringify(text)} is refused with the shape to write`, t => {
		const read = parseConnectTo(text, canonical);
		t.false(read.ok);
		t.regex(read.ok ? '' : read.error, /write host:port:address:port/);
	});
}

test('an override holds for exactly its host and port', t => {
	const read = parseConnectTo('api.example.com:443:127.0.0.1:8443', canonical);
	const overrides = read.ok ? [read.value] : [];
	t.is(findConnectTo(overrides, 'api.example.com', 443)?.dialPort, 8443);
	t.is(findConnectTo(overrides, 'api.example.com', 80), undefined);
	t.is(findConnectTo(overrides, 'x.api.example.com', 443), undefined);
});
