import type {Socket} from 'node:net';
import {codeOf} from '../relay/upstream-error.ts';
import {type LingerLimits, writeRawAnswer} from './answer.ts';
import type {Ask} from './ask.ts';
import type {Clients} from './clients.ts';
import type {Fault} from './framing.ts';

type Deps = {readonly ask: Ask; readonly clients: Clients; readonly limits: LingerLimits};

/** Answers what the parser or the clock refused, unless bytes of another answer are on their way. */
export const answerBroken = (error: Error, socket: Socket, {ask, clients, limits}: Deps): void => {
	const fault = parseFaultOf(error);
	const client = clients.of(socket);
	const {connection, exchanges} = client;
	client.hasSpoken ||= fault !== undefined;
	const begun = [...exchanges].filter(exchange => exchange.isAnswered);

	if (fault === undefined || !socket.writable || begun.some(exchange => !exchange.isOurs)) {
		socket.destroy();
		return;
	}

	if (begun.length > 0) {
		// A refusal is on its way already, and says more than the parser would.
		socket.destroySoon();
		return;
	}

	writeRawAnswer(socket, ask.refuse({...fault, connection}), limits);
};

/** What an error of Node's HTTP parser means; undefined: the connection itself failed. */
const parseFaultOf = (error: Error): Fault | undefined => {
	const code = codeOf(error);

	if (code in known) {
		return known[code as keyof typeof known];
	}

	return code.startsWith('HPE_')
		? {code: 'malformed_request', reason: `the request is not valid HTTP (${code})`}
		: undefined;
};

const known = {
	HPE_HEADER_OVERFLOW: {code: 'head_too_large', reason: 'send fewer or shorter headers'},
	HPE_INVALID_TRANSFER_ENCODING: {
		code: 'body_framing',
		reason: 'the only transfer coding is chunked',
	},
	HPE_INVALID_CONTENT_LENGTH: {code: 'body_framing', reason: 'Content-Length is not a number'},
	HPE_UNEXPECTED_CONTENT_LENGTH: {
		code: 'body_framing',
		reason: 'the length of the body is given more than once',
	},
	ERR_HTTP_REQUEST_TIMEOUT: {
		code: 'request_timeout',
		reason: 'the request head did not arrive in time',
	},
} as const satisfies Record<string, Fault>;
