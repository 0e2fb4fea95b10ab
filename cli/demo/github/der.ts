/** The few ASN.1 values of a certificate, in DER (X.690). */
const encode = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
	const body = Buffer.concat(parts);
	return Buffer.concat([Buffer.from([tag]), length(body.length), body]);
};

/** Short form below 128, else the count of bytes and the big-endian length (X.690 8.1.3). */
function length(size: number): Buffer {
	if (size < 128) {
		return Buffer.from([size]);
	}

	const hex = size.toString(16);
	const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
	return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

export const der = {
	sequence: (...parts: readonly Uint8Array[]) => encode(0x30, ...parts),
	set: (...parts: readonly Uint8Array[]) => encode(0x31, ...parts),
	/** A positive integer, big-endian. */
	integer: (bytes: Uint8Array) =>
		encode(0x02, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes])),
	yes: encode(0x01, Buffer.from([0xff])),
	text: (text: string) => encode(0x0c, Buffer.from(text)),
	octets: (bytes: Uint8Array) => encode(0x04, bytes),
	bits: (bytes: Uint8Array, unused = 0) => encode(0x03, Buffer.from([unused]), bytes),
	/** UTCTime, good until 2049. */
	time: (at: number) =>
		encode(
			0x17,
			Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`),
		),
	/** `[n]`, constructed. */
	tagged: (number: number, ...parts: readonly Uint8Array[]) => encode(0xa0 | number, ...parts),
	/** `[n]` in place of the value's own tag. */
	implicit: (number: number, bytes: Uint8Array) => encode(0x80 | number, bytes),
	objectId: (dotted: string) => {
		const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
		return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
	},
} as const;

/** Seven bits to a byte, the high bit on all but the last (X.690 8.19). */
function base128(value: number): readonly number[] {
	const bytes = [value & 0x7f];
	for (let rest = value >>> 7; rest > 0; rest >>>= 7) {
		bytes.unshift((rest & 0x7f) | 0x80);
	}

	return bytes;
}
