/**
The part of DER (ITU-T X.690) that a certificate needs, as functions from contents to bytes.
A library would do, but the kept one cannot be imported without a polyfill of `Reflect`, signs
asynchronously, and takes fifteen times as long for a certificate that a client waits for.
*/
export const der = {
	sequence: (...parts: readonly Uint8Array[]) => tagged(0x30, ...parts),
	set: (...parts: readonly Uint8Array[]) => tagged(0x31, ...parts),
	boolean: (value: boolean) => tagged(0x01, Uint8Array.of(value ? 0xff : 0)),
	/** Two's complement: a leading one would be a sign. */
	integer: (magnitude: Uint8Array) =>
		tagged(0x02, ...(isNegative(magnitude) ? [Uint8Array.of(0)] : []), magnitude),
	bits: (bytes: Uint8Array, unused = 0) => tagged(0x03, Uint8Array.of(unused), bytes),
	octets: (...parts: readonly Uint8Array[]) => tagged(0x04, ...parts),
	oid: (dotted: string) => tagged(0x06, Uint8Array.from(oidBytes(dotted))),
	text: (value: string) => tagged(0x0c, Buffer.from(value, 'utf8')),
	/** UTCTime until 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
	time: (milliseconds: number) => {
		const digits = `${new Date(milliseconds).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
		const isShort = digits < '2050';
		return tagged(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits, 'latin1'));
	},
	/** A context-specific tag around whole values. */
	explicit: (tag: number, ...parts: readonly Uint8Array[]) => tagged(0xa0 | tag, ...parts),
	/** A context-specific tag in place of a primitive's own. */
	implicit: (tag: number, bytes: Uint8Array) => tagged(0x80 | tag, bytes),
};

const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
	const body = Buffer.concat(parts);
	return Buffer.concat([Uint8Array.of(tag), lengthBytes(body.length), body]);
};

const lengthBytes = (length: number): Uint8Array => {
	if (length < 0x80) {
		return Uint8Array.of(length);
	}

	return length < 0x100
		? Uint8Array.of(0x81, length)
		: Uint8Array.of(0x82, length >> 8, length & 0xff);
};

const isNegative = (magnitude: Uint8Array) => ((magnitude[0] ?? 0) & 0x80) !== 0;

const oidBytes = (dotted: string): readonly number[] => {
	const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
	return [first * 40 + second, ...rest.flatMap(base128)];
};

const base128 = (value: number): readonly number[] => {
	const digits = [value & 0x7f];

	for (let rest = value >> 7; rest > 0; rest >>= 7) {
		digits.unshift((rest & 0x7f) | 0x80);
	}

	return digits;
};
