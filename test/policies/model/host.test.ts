import test from 'ava';
import fc from 'fast-check';
import {hostPort, parseHost} from '../../../policies/model/host.ts';

const canonical: ReadonlyArray<readonly [string, string]> = [
	['api.github.com', 'api.github.com'],
	['API.GitHub.com', 'api.github.com'],
	['api.github.com.', 'api.github.com'],
	['localhost', 'localhost'],
	['_dmarc.example.com', '_dmarc.example.com'],
	['bücher.example', 'xn--bcher-kva.example'],
	['BÜCHER.example', 'xn--bcher-kva.example'],
	['xn--bcher-kva.example', 'xn--bcher-kva.example'],
	['192.168.0.1', '192.168.0.1'],
	['0xa9fea9fe', '169.254.169.254'],
	['2852039166', '169.254.169.254'],
	['0251.0376.0251.0376', '169.254.169.254'],
	['127.1', '127.0.0.1'],
	['0x7f.1', '127.0.0.1'],
	['::1', '::1'],
	['[::1]', '::1'],
	['[2001:DB8:0:0:0:0:0:1]', '2001:db8::1'],
	['::ffff:169.254.169.254', '169.254.169.254'],
	['[::ffff:a9fe:a9fe]', '169.254.169.254'],
	['__proto__', '__proto__'],
	['1.example.com', '1.example.com'],
];

for (const [text, expected] of canonical) {
	test(`${text} is the host ${expected}`, t => {
		t.deepEqual(parseHost(text), {ok: true, value: expected});
	});
}

const refused = [
	'',
	'.',
	'a..b',
	'.example.com',
	'example.com..',
	'evil.com\0.example.com',
	'evil%2Eexample.com',
	'a b.com',
	'a\tb.com',
	'user@example.com',
	'example.com:443',
	'example.com/path',
	'exa\nmple.com',
	'*.example.com',
	'1.2.3.4.5',
	'256.1.1.1',
	'0x1ffffffff',
	'a.0x7f000001g.1',
	'[::1',
	'::1]',
	'[fe80::1%eth0]',
	'fe80::1%25eth0',
	'[127.0.0.1]',
	':::',
	'ｇithub.com',
	'open\u212aey.com',
	'github。com',
	'exam\u00adple.com',
	'xn--a.example.com',
	'xn--a-ecp.ru',
	'a\u202eb.com',
	`${'a'.repeat(64)}.com`,
	`${'a.'.repeat(127)}com`,
];

for (const text of refused) {
	test(`${JSON.stringify(text).slice(0, 40)} (${text.length}) is no host`, t => {
		t.false(parseHost(text).ok);
	});
}

test('a canonical host is read as itself, and is only lower-case ASCII', t => {
	let accepted = 0;
	const label = fc.oneof(
		fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/),
		fc.constantFrom('bücher', 'ＡＢ', 'xn--', '0x7f', '1', '255', 'İ', '☃', 'ß', '日本'),
		fc.string({unit: 'binary', maxLength: 4}),
	);
	const text = fc.oneof(
		fc.array(label, {minLength: 1, maxLength: 4}).map(labels => labels.join('.')),
		fc.ipV4(),
		fc.ipV4Extended(),
		fc.ipV6(),
		fc.ipV6().map(address => `[${address}]`),
	);
	fc.assert(
		fc.property(text, raw => {
			const host = parseHost(raw);
			if (!host.ok) {
				return true;
			}

			accepted++;
			const again = parseHost(host.value);
			return again.ok && again.value === host.value && /^[a-z0-9._:-]+$/.test(host.value);
		}),
		{numRuns: 3000},
	);
	t.true(accepted > 1000);
});

test('a place is written with brackets only around IPv6', t => {
	t.is(hostPort('::1', 443), '[::1]:443');
	t.is(hostPort('api.github.com', 443), 'api.github.com:443');
});
