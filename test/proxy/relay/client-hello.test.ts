import {Duplex} from 'node:stream';
import {connect} from 'node:tls';
import test from 'ava';
import fc from 'fast-check';
import {readClientHello} from '../../../proxy/relay/client-hello.ts';

const limit = 16 * 1024;

const helloOf = (options: object): Promise<Buffer> =>
	new Promise(resolve => {
		const wire = new Duplex({
			read: () => undefined,
			write(chunk, _encoding, done) {
				resolve(chunk);
				done();
			},
		});
		connect({socket: wire, ...options}).on('error', () => undefined);
	});

/** The same message in records that hold at most `size` bytes each. */
const inRecords = (hello: Buffer, size: number): Buffer => {
	const message = hello.subarray(5);
	const records: Buffer[] = [];

	for (let at = 0; at < message.length; at += size) {
		const part = message.subarray(at, at + size);
		records.push(Buffer.from([0x16, 3, 1, part.length >> 8, part.length & 0xff]), part);
	}

	return Buffer.concat(records);
};

/** A hello with exactly these extensions. */
const build = (
	extensions: readonly (readonly [type: number, body: readonly number[]])[],
): Buffer => {
	const list = extensions.flatMap(([type, body]) => [
		type >> 8,
		type & 0xff,
		body.length >> 8,
		body.length & 0xff,
		...body,
	]);
	const body = [
		...[3, 3],
		...Array<number>(32).fill(7),
		0,
		...[0, 2, 0x13, 1],
		...[1, 0],
		...[list.length >> 8, list.length & 0xff],
		...list,
	];
	const message = [1, 0, body.length >> 8, body.length & 0xff, ...body];
	return Buffer.from([0x16, 3, 1, message.length >> 8, message.length & 0xff, ...message]);
};

const sni = (name: string): readonly number[] => {
	const bytes = [...Buffer.from(name, 'latin1')];
	const entry = [0, bytes.length >> 8, bytes.length & 0xff, ...bytes];
	return [entry.length >> 8, entry.length & 0xff, ...entry];
};

test('the hello of a real client is read, whatever records and reads it comes in', async t => {
	for (const [options, servername] of [
		[{servername: 'API.Example.Test'}, 'api.example.test'],
		[{servername: 'a.test', maxVersion: 'TLSv1.2'}, 'a.test'],
		[{}, ''],
	] as const) {
		const hello = await helloOf(options);
		const expected = {kind: 'hello', servername, hasEncryptedHello: false};
		t.deepEqual(readClientHello(hello, limit), expected as never);

		for (const size of [1, 3, 4, 5, 37, 200]) {
			const records = inRecords(hello, size);
			t.deepEqual(readClientHello(records, limit), expected as never, String(size));

			for (let end = 0; end < records.length; end += 7) {
				t.is(readClientHello(records.subarray(0, end), limit).kind, 'more');
			}
		}
	}
});

test('an encrypted hello is seen', t => {
	t.deepEqual(
		readClientHello(
			build([
				[0, sni('outer.test')],
				[0xfe0d, [0]],
			]),
			limit,
		),
		{
			kind: 'hello',
			servername: 'outer.test',
			hasEncryptedHello: true,
		},
	);
});

const bad: Record<string, Buffer> = {
	'two server names': build([
		[0, sni('a.test')],
		[0, sni('b.test')],
	]),
	'an empty name': build([[0, sni('')]]),
	'a name with NUL': build([[0, sni('a.test\0.b.test')]]),
	'a name with a space': build([[0, sni('a test')]]),
	'two entries in one list': build([[0, [0, 8, ...[0, 0, 1, 97], ...[0, 0, 1, 98]]]]),
	'a list shorter than its length': build([[0, [0, 9, 0, 0, 1, 97]]]),
	'a name of another type': build([[0, [0, 4, 1, 0, 1, 97]]]),
	'another record type': Buffer.from([0x17, 3, 1, 0, 1, 1]),
	'another protocol version': Buffer.from([0x16, 2, 0, 0, 1, 1]),
	'an empty record': Buffer.from([0x16, 3, 1, 0, 0]),
	'a record that is too long': Buffer.from([0x16, 3, 1, 0x7f, 0xff]),
	'a server hello': Buffer.from([0x16, 3, 1, 0, 4, 2, 0, 0, 0]),
	'a message that is too long': Buffer.from([0x16, 3, 1, 0, 4, 1, 1, 0, 0]),
	'an alert between two records': Buffer.concat([
		Buffer.from([0x16, 3, 1, 0, 2, 1, 0]),
		Buffer.from([0x15, 3, 1, 0, 2, 1, 0]),
	]),
	'bytes after the hello in its record': (() => {
		const hello = build([]);
		hello.writeUInt16BE(hello.readUInt16BE(3) + 1, 3);
		return Buffer.concat([hello, Buffer.of(0)]);
	})(),
	'bytes after it that would be its extensions, had it any': Buffer.from([
		...[0x16, 3, 1, 0, 4 + 41 + 2],
		...[1, 0, 0, 41, 3, 3],
		...Array<number>(32).fill(7),
		...[0, 0, 2, 0x13, 1, 1, 0],
		...[0, 0],
	]),
	'more bytes on the wire than are looked at': inRecords(
		Buffer.concat([Buffer.alloc(5), Buffer.from([1, 0, 0x13, 0x88]), Buffer.alloc(3000)]),
		1,
	),
};

for (const [name, bytes] of Object.entries(bad)) {
	test(`a hello with ${name} is unparsable`, t => {
		t.deepEqual(readClientHello(bytes, limit), {kind: 'unparsable'});
	});
}

test('no bytes make the reader throw, and enough of them always get an answer', t => {
	fc.assert(
		fc.property(fc.uint8Array({maxLength: 600}), fc.nat(40), (noise, at) => {
			const bytes = build([[0, sni('a.test')]]);
			bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), at);
			readClientHello(noise, limit);
			readClientHello(bytes, limit);
		}),
	);
	const endless = Buffer.concat(
		Array.from({length: 4000}, () => Buffer.from([0x16, 3, 1, 0, 1, 1])),
	);
	t.not(readClientHello(endless, limit).kind, 'more');
});
