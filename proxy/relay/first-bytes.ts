import {METHODS} from 'node:http';
import type {Duplex} from 'node:stream';
import type {FirstBytes} from '../gate.ts';
import {handshakeRecord, readClientHello} from './client-hello.ts';

/** How the client of a tunnel opened; `ended` and `silent` when there was nothing to tell. */
export type Opening = FirstBytes | {readonly kind: 'ended'} | {readonly kind: 'silent'};

type Bounds = {
	/** Undefined: wait for the first byte for as long as the socket lives. */
	readonly silenceMs?: number;
	/** From the first byte until it can be told what they are. */
	readonly decideMs: number;
	readonly maxBytes: number;
};

/**
Waits for a client's first bytes, tells what they are, and puts them back, so that whoever
reads next sees them all. When the bounds run out, an unfinished hello is unparsable and
anything else is `other`. The caller owns the socket's errors.
*/
export const readFirst = (socket: Duplex, bounds: Bounds): Promise<Opening> =>
	new Promise(resolve => {
		let held: Buffer = Buffer.alloc(0);
		let timer = bounds.silenceMs === undefined ? undefined : setTimeout(decide, bounds.silenceMs);

		function settle(opening: Opening) {
			clearTimeout(timer);
			socket.off('readable', look).off('end', end).off('close', end);

			// Put back before anything else runs: once `end` is out, nothing can be.
			if (held.length > 0 && opening.kind !== 'ended') {
				socket.unshift(held);
			}

			resolve(opening);
		}

		function look() {
			const before = held.length;
			held = Buffer.concat([held, ...available(socket)]);

			if (held.length === 0) {
				return;
			}

			const first = classify(held, bounds.maxBytes);

			if (first) {
				settle(first);
			} else if (before === 0) {
				clearTimeout(timer);
				timer = setTimeout(decide, bounds.decideMs);
			}
		}

		function decide() {
			settle(held.length === 0 ? {kind: 'silent'} : giveUp(held));
		}

		function end() {
			settle({kind: 'ended'});
		}

		socket.on('readable', look).once('end', end).once('close', end);
		look();
	});

const available = (socket: Duplex): readonly Buffer[] => {
	const chunks: Buffer[] = [];

	for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
		chunks.push(chunk);
	}

	return chunks;
};

/** Undefined while more bytes could still make it something else. */
const classify = (bytes: Buffer, maxBytes: number): FirstBytes | undefined =>
	bytes[0] === handshakeRecord ? classifyTls(bytes, maxBytes) : classifyText(bytes);

const classifyTls = (bytes: Buffer, maxBytes: number): FirstBytes | undefined => {
	const reading = readClientHello(bytes, maxBytes);

	switch (reading.kind) {
		case 'more':
			return undefined;
		case 'unparsable':
			return {kind: 'unparsable-tls'};
		case 'hello':
			return {...reading, kind: 'tls'};
	}
};

const classifyText = (bytes: Buffer): FirstBytes | undefined => {
	const start = bytes.toString('latin1', 0, longestMethod);

	if (requestStarts.some(word => start.startsWith(word))) {
		return {kind: 'http'};
	}

	return requestStarts.some(word => word.startsWith(start)) ? undefined : {kind: 'other'};
};

const giveUp = (held: Buffer): FirstBytes =>
	held[0] === handshakeRecord ? {kind: 'unparsable-tls'} : {kind: 'other'};
/** Only what Node's parser will take as the start of a request is HTTP. */
const requestStarts = METHODS.map(method => `${method} `);
const longestMethod = Math.max(...requestStarts.map(word => word.length));
