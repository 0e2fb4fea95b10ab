/** A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then `random`, of which ten bytes are asked for. */
export const uuidV7 = (now: number, random: (bytes: number) => Uint8Array): string => {
	const bytes = Buffer.alloc(16);
	bytes.writeUIntBE(now, 0, 6);
	bytes.set(random(10), 6);
	bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
	bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
