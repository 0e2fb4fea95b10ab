import test from 'ava';
import {findOverride, isOverride} from '../../../proxy/intent/overrides.ts';

for (const name of [
	'X-HTTP-Method',
	'X-HTTP-Method-Override',
	'x_http_method_override',
	'X-Http_Method-Anything',
	'X.HTTP.Method.Override',
	'X~Original!URL',
	'X-Method-Override',
	'_method',
	'X-Original-URL',
	'X_Original_URL',
	'X-Rewrite-URL',
	'X-Forwarded-Host',
	'X_FORWARDED_HOST',
	'Content_Length',
	'transfer_encoding',
	'Transfer.Encoding',
]) {
	test(`the header ${name} is refused (X29)`, t => {
		t.is(
			findOverride([
				['Accept', '*/*'],
				[name, 'x'],
			]),
			name,
		);
	});
}

for (const name of [
	'X-Forwarded-For',
	'Content-Length',
	'Transfer-Encoding',
	'Host',
	'Method',
	'X-Requested-With',
]) {
	test(`the header ${name} is no override`, t => {
		t.is(findOverride([[name, 'x']]), undefined);
	});
}

test('Forwarded is refused exactly where it names a host', t => {
	t.is(findOverride([['Forwarded', 'for=192.0.2.1;proto=http']]), undefined);
	t.is(findOverride([['Forwarded', 'for=192.0.2.1; Host = evil.test']]), 'Forwarded');
	t.is(findOverride([['Forwarded', 'host=evil.test']]), 'Forwarded');
});

test('a trailer that is announced counts as sent', t => {
	t.is(findOverride([['Trailer', 'Digest, X-HTTP-Method-Override']]), 'X-HTTP-Method-Override');
	t.is(findOverride([['Trailer', 'Digest']]), undefined);
	t.true(isOverride('x-http-method-override'));
});
