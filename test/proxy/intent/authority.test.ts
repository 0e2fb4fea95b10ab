import test from 'ava';
import {parseAuthority, printAuthority} from '../../../proxy/intent/authority.ts';

for (const [text, defaultPort, expected] of [
	['example.com:443', undefined, 'example.com 443'],
	['EXAMPLE.com.:443', undefined, 'example.com 443'],
	['[2001:DB8::1]:443', undefined, '2001:db8::1 443'],
	['127.1:80', undefined, '127.0.0.1 80'],
	['example.com', 80, 'example.com 80'],
	['[::1]', 443, '::1 443'],
] as const) {
	test(`${text} is read as ${expected}`, t => {
		const read = parseAuthority(text, defaultPort);
		t.is(read.ok ? `${read.value.host} ${read.value.port}` : read.error, expected);
	});
}

for (const text of [
	'',
	':443',
	'example.com',
	'example.com:',
	'example.com:0',
	'example.com:0443',
	'example.com:65536',
	'example.com:443:1',
	'example.com:+443',
	'user@example.com:443',
	'example.com/x:443',
	'2001:db8::1:443',
	'[example.com]:443',
	'exa mple.com:443',
	'example.com\u0000:443',
	'ｅxample.com:443',
]) {
	test(`the authority ${JSON.stringify(text)} is refused`, t => {
		t.false(parseAuthority(text).ok);
	});
}

test('the port that a scheme implies is not printed', t => {
	const print = (text: string, scheme: 'http' | 'https') => {
		const read = parseAuthority(text);
		return read.ok ? printAuthority(read.value, scheme) : '';
	};
	t.is(print('example.com:443', 'https'), 'example.com');
	t.is(print('example.com:443', 'http'), 'example.com:443');
	t.is(print('[::1]:80', 'http'), '[::1]');
	t.is(print('[::1]:8080', 'http'), '[::1]:8080');
});
