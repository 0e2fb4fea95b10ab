import type http from 'node:http';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {fromJson, toJson} from './json.ts';
import {maxAnswerBytes, requestTimeoutMs} from './limits.ts';
import {type GatewayAddress, makeSend, type Send} from './send.ts';
import type {WireError} from './wire.ts';

/** Why there is no answer, or what the gateway refused. */
export type ClientFailure =
	| {readonly kind: 'unreachable'; readonly detail: string}
	| {readonly kind: 'refused'; readonly status: number; readonly body: WireError};

export type Call = {
	readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
	readonly path: string;
	readonly body?: unknown;
	readonly idempotencyKey?: string;
};

/** A kept-alive way to one gateway. */
export type Transport = {
	/** Sends one request and reads its JSON answer within the bounds of `limits.ts`. */
	call<T>(call: Call): Promise<Result<T, ClientFailure>>;
	/** Opens a stream; the caller reads or destroys the answer. No time limit of its own. */
	open(path: string, signal: AbortSignal): Promise<Result<http.IncomingMessage, ClientFailure>>;
} & Pick<Send, 'renew' | 'close'>;

export const makeTransport = (address: GatewayAddress, timeoutMs = requestTimeoutMs): Transport => {
	const send = makeSend(address);
	return {
		async call<T>({method, path, body, idempotencyKey}: Call) {
			const text = body === undefined ? undefined : toJson(body);
			const headers: http.OutgoingHttpHeaders = {
				accept: 'application/json',
				...(text !== undefined && {
					'content-type': 'application/json',
					'content-length': Buffer.byteLength(text),
				}),
				...(idempotencyKey !== undefined && {'idempotency-key': idempotencyKey}),
			};
			const signal = AbortSignal.timeout(timeoutMs);
			try {
				const answer = await respond(send.request(method, path, headers, signal), text);
				return readAnswer<T>(answer.statusCode ?? 0, await readBounded(answer));
			} catch (error) {
				return err(
					unreachable(
						signal.aborted ? `no answer within ${timeoutMs} ms` : (error as Error).message,
					),
				);
			}
		},
		async open(path, signal) {
			try {
				const request = send.request('GET', path, {accept: 'text/event-stream'}, signal);
				const answer = await respond(request, undefined);
				return answer.statusCode === 200
					? ok(answer)
					: readAnswer<never>(answer.statusCode ?? 0, await readBounded(answer));
			} catch (error) {
				return err(unreachable((error as Error).message));
			}
		},
		renew: send.renew,
		close: send.close,
	};
};

const respond = (
	request: http.ClientRequest,
	body: string | undefined,
): Promise<http.IncomingMessage> =>
	new Promise((resolve, reject) => {
		request.on('response', resolve);
		request.on('error', reject);
		request.end(body);
	});

const readBounded = async (answer: http.IncomingMessage): Promise<string> => {
	const parts: Buffer[] = [];
	let size = 0;
	for await (const part of answer as AsyncIterable<Buffer>) {
		size += part.length;
		if (size > maxAnswerBytes) {
			answer.destroy();
			throw new Error(`the answer is longer than ${maxAnswerBytes} bytes`);
		}

		parts.push(part);
	}

	return Buffer.concat(parts).toString('utf8');
};

const readAnswer = <T>(status: number, text: string): Result<T, ClientFailure> => {
	const body = parseJson(text);
	if (status >= 200 && status < 300 && body !== undefined) {
		return ok(body as T);
	}

	return isWireError(body)
		? err({kind: 'refused', status, body})
		: err(unreachable(`status ${status} without an answer of a gateway`));
};

const parseJson = (text: string): unknown => {
	try {
		return fromJson(text);
	} catch {
		return undefined;
	}
};

const isWireError = (body: unknown): body is WireError => {
	const {error, detail} = (body ?? {}) as Record<string, unknown>;
	return typeof error === 'string' && typeof detail === 'string';
};

const unreachable = (detail: string): ClientFailure => ({kind: 'unreachable', detail});
