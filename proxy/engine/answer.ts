import {
	type ServerResponse,
	STATUS_CODES,
	validateHeaderName,
	validateHeaderValue,
} from 'node:http';
import type {Duplex} from 'node:stream';
import type {Answer, HeaderPairs} from '../../policies/model/plugin.ts';
import type {EngineLimits} from '../limits.ts';

export type LingerLimits = Pick<EngineLimits, 'lingerMs' | 'lingerBytes'>;

/**
Writes an answer of ours. When the request's body is still arriving, the answer is complete
for the client at once, but the connection closes only after the body was read or a bound was
hit: closing under a client that sends would take the answer away from it.
*/
export const writeAnswer = (
	response: ServerResponse,
	answer: Answer,
	limits: LingerLimits,
): void => {
	if (response.headersSent || response.destroyed) {
		return;
	}

	const {req: request} = response;
	const isWhole = request.complete;
	response.writeHead(answer.status, framed(answer, !isWhole).flat());

	if (isWhole || isWaitingToContinue(response)) {
		response.end(answer.body);
		return;
	}

	response.write(answer.body);
	drain(request, limits, () => response.end());
};

/** The same on a bare socket, which it closes. */
export const writeRawAnswer = (socket: Duplex, answer: Answer, limits: LingerLimits): void => {
	if (!socket.writable) {
		socket.destroy();
		return;
	}

	const lines = framed(answer, true).map(([name, value]) => {
		validateHeaderName(name);
		validateHeaderValue(name, value);
		return `${name}: ${value}\r\n`;
	});
	const status = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\n`;
	socket.end(`${status}${lines.join('')}\r\n${answer.body}`);
	drain(socket, limits, () => socket.destroy());
};

const framed = ({headers, body}: Answer, isLast: boolean): HeaderPairs => [
	...headers.filter(([name]) => !ownHeaders(isLast).includes(name.toLowerCase())),
	['Content-Length', String(Buffer.byteLength(body))],
	...(isLast ? [['Connection', 'close'] as const] : []),
];

const ownHeaders = (isLast: boolean): readonly string[] => [
	'content-length',
	'transfer-encoding',
	...(isLast ? ['connection'] : []),
];

/** Such a client sends its body only when told to, and nobody will tell it. */
const isWaitingToContinue = (response: ServerResponse) =>
	response.req.headers.expect !== undefined && !continued.has(response);

/** Responses whose client was told to send its body. */
export const continued = new WeakSet<ServerResponse>();

/** Reads and throws away until the end, or until a bound is hit; then calls `done` once. */
const drain = (source: Duplex | ServerResponse['req'], limits: LingerLimits, done: () => void) => {
	let read = 0;
	let isDone = false;
	const timer = setTimeout(finish, limits.lingerMs);

	function finish() {
		if (!isDone) {
			isDone = true;
			clearTimeout(timer);
			done();
		}
	}

	source.on('data', (chunk: Uint8Array) => {
		read += chunk.length;

		if (read > limits.lingerBytes) {
			finish();
		}
	});
	source.once('end', finish).once('close', finish).once('error', finish);
	source.resume();
};
