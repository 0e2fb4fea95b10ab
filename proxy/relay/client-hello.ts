/** What a TLS client's first handshake message says in the clear (RFC 8446 §4.1.2). */
export type HelloReading =
	| {readonly kind: 'more'}
	| {readonly kind: 'unparsable'}
	| {
			readonly kind: 'hello';
			/** `server_name`, lower case; empty when the client sent none. */
			readonly servername: string;
			/** The hello carries `encrypted_client_hello`: the name that counts may be another. */
			readonly hasEncryptedHello: boolean;
	  };

/**
Reads a ClientHello from the start of a connection, over as many records as the client cut it
into. Strict: whatever a server might read in two ways is unparsable. At most `maxBytes` are
looked at; a longer hello is unparsable.
*/
export const readClientHello = (bytes: Uint8Array, maxBytes: number): HelloReading => {
	const message = handshakeMessage(bytes, maxBytes);
	return typeof message === 'string' ? {kind: message} : readHello(new Cursor(message));
};

const handshakeMessage = (
	bytes: Uint8Array,
	maxBytes: number,
): Uint8Array | 'more' | 'unparsable' => {
	const fragments: Uint8Array[] = [];
	let gathered = 0;

	for (let at = 0; at + recordHeader <= bytes.length; ) {
		const length = uint16(bytes, at + 3);

		if (
			bytes[at] !== handshakeRecord ||
			bytes[at + 1] !== 3 ||
			length === 0 ||
			length > maxRecord
		) {
			return 'unparsable';
		}

		const fragment = bytes.subarray(at + recordHeader, at + recordHeader + length);
		fragments.push(fragment);
		gathered += fragment.length;
		at += recordHeader + length;
		const verdict = gathered >= messageHeader ? measure(fragments, gathered, maxBytes) : undefined;

		if (verdict !== undefined) {
			return verdict;
		}
	}

	return bytes.length >= maxBytes ? 'unparsable' : startsLikeRecord(bytes) ? 'more' : 'unparsable';
};

/** The message without its header once all of it is there; undefined while it is not. */
const measure = (
	fragments: readonly Uint8Array[],
	gathered: number,
	maxBytes: number,
): Uint8Array | 'unparsable' | undefined => {
	const start = Buffer.concat(fragments.slice(0, messageHeader), messageHeader);
	const length = (start[1] ?? 0) * 0x1_00_00 + uint16(start, 2);

	if (start[0] !== clientHello || length > maxBytes) {
		return 'unparsable';
	}

	if (gathered < messageHeader + length) {
		return undefined;
	}

	// Bytes after the hello but inside its record would be a second message before our answer.
	return gathered > messageHeader + length
		? 'unparsable'
		: Buffer.concat(fragments).subarray(messageHeader);
};

const readHello = (hello: Cursor): HelloReading => {
	hello.skip(2 + 32);
	hello.take8();
	hello.take16();
	hello.take8();

	if (hello.isSpent()) {
		return {kind: 'hello', servername: '', hasEncryptedHello: false};
	}

	const extensions = new Cursor(hello.take16());
	const seen = new Map<number, Uint8Array>();

	while (!extensions.isDone()) {
		const type = extensions.number16();

		if (seen.has(type)) {
			return {kind: 'unparsable'};
		}

		seen.set(type, extensions.take16());
	}

	const servername = readServerName(seen.get(serverNameExtension));
	return extensions.isSpent() && hello.isSpent() && servername !== undefined
		? {kind: 'hello', servername, hasEncryptedHello: seen.has(encryptedHelloExtension)}
		: {kind: 'unparsable'};
};

/** Exactly one `host_name` of plain ASCII (RFC 6066 §3); undefined for anything else. */
const readServerName = (extension: Uint8Array | undefined): string | undefined => {
	if (!extension) {
		return '';
	}

	const outer = new Cursor(extension);
	const list = new Cursor(outer.take16());
	const type = list.skip(1)[0];
	const name = Buffer.from(list.take16()).toString('latin1');
	const isWhole = outer.isSpent() && list.isSpent() && type === 0;
	return isWhole && /^[\x21-\x7e]{1,255}$/.test(name) ? name.toLowerCase() : undefined;
};

/** Reads forward; running over the end is remembered instead of thrown. */
class Cursor {
	readonly #bytes: Uint8Array;
	#at = 0;
	#isBroken = false;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	skip(count: number): Uint8Array {
		const taken = this.#bytes.subarray(this.#at, this.#at + count);
		this.#isBroken ||= taken.length < count;
		this.#at += count;
		return taken;
	}

	number16(): number {
		return uint16(this.skip(2), 0);
	}

	take8(): Uint8Array {
		return this.skip(this.skip(1)[0] ?? 0);
	}

	take16(): Uint8Array {
		return this.skip(this.number16());
	}

	/** Nothing is left to read. */
	isDone(): boolean {
		return this.#isBroken || this.#at >= this.#bytes.length;
	}

	/** Everything was read, and nothing beyond. */
	isSpent(): boolean {
		return !this.#isBroken && this.#at === this.#bytes.length;
	}
}

const startsLikeRecord = (bytes: Uint8Array) =>
	(bytes[0] ?? handshakeRecord) === handshakeRecord && (bytes[1] ?? 3) === 3;

const uint16 = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 0x1_00 + (bytes[at + 1] ?? 0);

const recordHeader = 5;
const messageHeader = 4;
/** RFC 8446 §5.1: 2^14. */
const maxRecord = 0x40_00;
/** The first byte of every TLS connection (RFC 8446 §5.1). */
export const handshakeRecord = 0x16;
const clientHello = 1;
const serverNameExtension = 0;
/** draft-ietf-tls-esni. */
const encryptedHelloExtension = 0xfe0d;
