import test from 'ava';
import fc from 'fast-check';
import {
	type Address,
	type AddressRange,
	parseAddress,
	parseAddressRange,
	rangeContains,
} from '../../../policies/model/address.ts';
import {
	classifyAddress,
	reachesAlwaysBlocked,
	reachesInternal,
} from '../../../policies/model/address-class.ts';
import type {Result} from '../../../policies/model/result.ts';

const value = <T>(result: Result<T, string>): T => {
	if (!result.ok) {
		throw new Error(result.error);
	}

	return result.value;
};

const address = (text: string): Address => value(parseAddress(text));
const range = (text: string): AddressRange => value(parseAddressRange(text));

const blocked = [
	'0.0.0.0',
	'0.1.2.3',
	'127.0.0.1',
	'127.255.255.255',
	'169.254.169.254',
	'224.0.0.1',
	'239.255.255.255',
	'240.0.0.1',
	'255.255.255.255',
	'168.63.129.16',
	'100.100.100.200',
	'fd00:ec2::254',
	'::',
	'::1',
	'fe80::1',
	'febf::1',
	'ff02::1',
	'::ffff:127.0.0.1',
	'::ffff:169.254.169.254',
	'64:ff9b::7f00:1',
	'64:ff9b::a9fe:a9fe',
	'64:ff9b:1::a9fe:a9fe',
	'64:ff9b:1:a9fe:a9:fe00::',
	'2002:7f00:1::1',
	'2002:a9fe:a9fe::1',
	'2001:0:7f00:1::ffff:ffff',
	'2001:0:808:808::80ff:fffe',
	'::127.0.0.1',
];
const internal = [
	'10.0.0.1',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.1.1',
	'100.64.0.1',
	'100.127.255.255',
	'192.0.0.1',
	'192.0.2.1',
	'198.18.0.1',
	'198.19.255.255',
	'198.51.100.1',
	'203.0.113.1',
	'fd00::1',
	'fc00::1',
	'fec0::1',
	'::ffff:10.0.0.1',
	'64:ff9b::a00:1',
	'64:ff9b:1::808:808',
	'2002:a00:1::1',
	'2001:0:808:808::f7f7:f7f7',
	'::8.8.8.8',
];
const open = [
	'8.8.8.8',
	'1.1.1.1',
	'172.32.0.1',
	'100.128.0.1',
	'192.0.1.1',
	'223.255.255.255',
	'198.20.0.1',
	'2606:4700::1111',
	'2001:4860:4860::8888',
	'64:ff9b::808:808',
	'2002:808:808::1',
];

for (const [kind, list] of [
	['always-blocked', blocked],
	['internal', internal],
	['public', open],
] as const) {
	for (const text of list) {
		test(`${text} is ${kind}`, t => {
			t.is(classifyAddress(address(text)), kind);
		});
	}
}

test('only plain spellings of an address are read', t => {
	for (const text of [
		'127.1',
		'0x7f.0.0.1',
		'010.0.0.1',
		'1.2.3',
		'1.2.3.4.5',
		'[::1]',
		'::010.0.0.1',
		'::1.2.3',
		'::ffff:1.2.3.400',
		'1.2.3.4::',
		'fe80::1%eth0',
		'::g',
		'1:2',
		'',
		'a',
	]) {
		t.false(parseAddress(text).ok, text);
		t.false(parseAddressRange(text).ok, text);
	}

	for (const text of [
		'10.0.0.0/33',
		'10.0.0.0/-1',
		'10.0.0.0/',
		'10.0.0.0/08',
		'10.0.0.0/8/8',
		'::/129',
		'/8',
		'10.0.0.0/1e1',
	]) {
		t.false(parseAddressRange(text).ok, text);
	}
});

test('an IPv4-mapped address is the IPv4 address', t => {
	t.deepEqual(address('::ffff:10.0.0.1'), address('10.0.0.1'));
	t.is(range('::ffff:168.0.0.0/103').text, '168.0.0.0/7');
	t.is(address('::1.2.3.4').text, '::102:304');
	t.is(address('::ffff:1.2.3.4').text, '1.2.3.4');
	t.is(range('10.1.2.3/8').text, '10.0.0.0/8');
	t.is(range('2001:DB8::1/32').text, '2001:db8::/32');
	t.is(range('10.0.0.1').text, '10.0.0.1');
	t.true(rangeContains(range('10.0.0.0/8'), address('::ffff:10.9.9.9')));
	t.false(rangeContains(range('10.0.0.0/8'), address('11.0.0.0')));
	t.true(rangeContains(range('::/0'), address('1.2.3.4')));
});

test('a list of allowed addresses may not reach into an always-blocked range', t => {
	for (const text of [
		'0.0.0.0',
		'127.0.0.1',
		'::ffff:168.0.0.0/103',
		'0.0.0.0/0',
		'::/0',
		'168.0.0.0/7',
		'64:ff9b::/96',
		'2002::/16',
		'224.0.0.0/3',
		'fd00:ec2::254',
		'168.63.129.16/32',
	]) {
		t.true(reachesAlwaysBlocked(range(text)), text);
	}

	for (const text of [
		'10.0.0.0/8',
		'100.64.0.0/10',
		'fd00::/8',
		'192.168.1.105/32',
		'8.8.8.0/24',
		'2002:808::/32',
	]) {
		t.false(reachesAlwaysBlocked(range(text)), text);
	}
});

test('a range reaches internal addresses when it holds one', t => {
	for (const text of ['10.0.0.0/8', '0.0.0.0/0', '100.64.0.0/10', 'fd00::/8', '192.168.1.105']) {
		t.true(reachesInternal(range(text)), text);
	}

	for (const text of ['8.8.8.0/24', '2606:4700::/32']) {
		t.false(reachesInternal(range(text)), text);
	}
});

test('every way of carrying an IPv4 address is judged at least as strictly as the address', t => {
	const rank = {public: 0, internal: 1, 'always-blocked': 2};
	const hex = (byte: number) => byte.toString(16).padStart(2, '0');
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.tuple(...Array.from({length: 4}, () => fc.integer({min: 0, max: 255}))),
				bytes => {
					const [a = 0, b = 0, c = 0, d = 0] = bytes;
					const plain = rank[classifyAddress(address(bytes.join('.')))];
					const [high, low] = [`${hex(a)}${hex(b)}`, `${hex(c)}${hex(d)}`];
					const flipped = `${hex(255 - a)}${hex(255 - b)}:${hex(255 - c)}${hex(255 - d)}`;
					return [
						`::ffff:${high}:${low}`,
						`64:ff9b::${high}:${low}`,
						`2002:${high}:${low}::`,
						`2001:0:808:808::${flipped}`,
						`2001:0:${high}:${low}::1:1`,
						`::${high}:${low}`,
						`64:ff9b:1::${high}:${low}`,
						`64:ff9b:1:${high}:${hex(c)}:${hex(d)}00::`,
					].every(text => rank[classifyAddress(address(text))] >= plain);
				},
			),
			{numRuns: 2000},
		);
	});
});

test('reading a printed address or range gives it back', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({min: 0, max: 32}), (text, prefix) => {
				const one = parseAddress(text);
				if (!one.ok) {
					return true;
				}

				const network = range(`${text}/${prefix}`);
				return (
					address(one.value.text).value === one.value.value &&
					range(network.text).last === network.last
				);
			}),
		);
	});
});
