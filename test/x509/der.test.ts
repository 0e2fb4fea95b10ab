import test from 'ava';
import {der} from '../../x509/der.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

for (const [what, bytes, expected] of [
	[
		'a positive integer whose first bit is set gets a leading zero',
		der.integer(Uint8Array.of(0x80)),
		'02020080',
	],
	[
		'an object identifier packs its first two arcs and base-128s the rest',
		der.oid('1.2.840.10045.4.3.2'),
		'06082a8648ce3d040302',
	],
	['a length of 128 takes the long form', der.octets(new Uint8Array(128)).subarray(0, 3), '048180'],
	['a length of 256 takes two bytes', der.octets(new Uint8Array(256)).subarray(0, 4), '04820100'],
	[
		'a time before 2050 has two digits of year',
		der.time(Date.UTC(2049, 11, 31, 23, 59, 59)),
		'170d3439313233313233353935395a',
	],
	[
		'a time from 2050 on has four',
		der.time(Date.UTC(2050, 0, 1)),
		'180f32303530303130313030303030305a',
	],
	['true is all ones', der.boolean(true), '0101ff'],
] as const) {
	test(what, t => t.is(hex(bytes), expected));
}
