import type {Duplex} from 'node:stream';
import type {Middleware} from 'koa';
import type {WireError} from '../client/wire.ts';
import {type Failure, failureStatus} from '../service/failure.ts';
import {StoreError} from '../store/handles.ts';

/** The one shape of everything that is refused. */
export const toWireError = ({code, ...rest}: Failure): WireError => ({error: code, ...rest});

/**
Turns anything thrown into an answer. A database that cannot work is 503; everything else is a
fault of ours and 500: its message goes to `onFault`, never to the client.
*/
export const catchFaults =
	(onFault: (error: unknown) => void): Middleware =>
	async (context, next) => {
		try {
			await next();
		} catch (error) {
			onFault(error);
			const failure = error instanceof StoreError ? unavailable : internal;
			context.status = failureStatus[failure.code];
			context.body = toWireError(failure);
		}
	};

const unavailable: Failure = {
	code: 'unavailable',
	detail: 'the gateway cannot write its database now; nothing was changed; try again',
	retry_after_s: 2,
};

const internal: Failure = {
	code: 'internal_error',
	detail: 'the gateway failed at this request; nothing was changed; its own log says why',
};

/** Answers what never became a request: a head that is broken, too large or stalled. */
export const answerBrokenHead = (error: NodeJS.ErrnoException, socket: Duplex): void => {
	// Only what is wrong with HTTP has somebody who reads HTTP; half a handshake has not.
	if (!(socket.writable && /^(?:HPE|ERR_HTTP)_/.test(error.code ?? ''))) {
		socket.destroy();
		return;
	}

	const failure = brokenHead(error.code);
	const body = JSON.stringify(toWireError(failure));
	socket.end(
		`HTTP/1.1 ${failureStatus[failure.code]} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
	);
};

const brokenHead = (code: string | undefined): Failure => {
	switch (code) {
		case 'HPE_HEADER_OVERFLOW': {
			return {
				code: 'head_too_large',
				detail: 'the request head is too large; send fewer or shorter headers',
			};
		}

		case 'ERR_HTTP_REQUEST_TIMEOUT': {
			return {code: 'request_timeout', detail: 'the request did not arrive in time; send it again'};
		}

		default: {
			return {code: 'invalid_request', detail: 'the request is not valid HTTP'};
		}
	}
};
