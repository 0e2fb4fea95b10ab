import test from 'ava';
import {uuidV7} from '../../../plugins/ocsf-log/uuid.ts';

test('a UUIDv7 holds the time, the version, the variant and the randomness', t => {
	const now = 0x01_a2_00_04_23_a8;
	t.is(
		uuidV7(now, bytes => new Uint8Array(bytes)),
		'01a20004-23a8-7000-8000-000000000000',
	);
	t.is(
		uuidV7(now, bytes => new Uint8Array(bytes).fill(255)),
		'01a20004-23a8-7fff-bfff-ffffffffffff',
	);
});

test('later ids sort after earlier ones', t => {
	const random = (bytes: number) => new Uint8Array(bytes).fill(255);
	t.true(uuidV7(1000, random) < uuidV7(1001, bytes => new Uint8Array(bytes)));
});
