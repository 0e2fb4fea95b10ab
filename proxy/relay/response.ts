import type {IncomingMessage, ServerResponse} from 'node:http';
import {TLSSocket} from 'node:tls';
import {responseHeaders, responseTrailers} from './headers.ts';

/** Begins the client's response with the upstream's head. Throws when that head cannot be sent. */
export const writeResponseHead = (response: ServerResponse, answer: IncomingMessage): void => {
	const status = answer.statusCode ?? 0;
	// The upstream's Date or none: ours would be a claim about when it answered.
	response.sendDate = false;
	response.writeHead(status, answer.statusMessage, responseHeaders(answer.rawHeaders, status));
};

/** Call when the upstream's body has ended and the response has not. */
export const addResponseTrailers = (response: ServerResponse, answer: IncomingMessage): void => {
	if (response.chunkedEncoding && answer.rawTrailers.length > 0) {
		response.addTrailers(responseTrailers(answer.rawTrailers));
	}
};

/**
The client must see that the body is not whole. One that only the end of the connection ends
(HTTP/1.0) needs a reset; TLS shows a missing end by itself.
*/
export const cutResponse = (response: ServerResponse): void => {
	const {socket} = response;
	const isFramed = response.chunkedEncoding || !response.headersSent;

	if (socket && !isFramed && !(socket instanceof TLSSocket)) {
		socket.resetAndDestroy();
	} else {
		response.destroy();
	}
};
