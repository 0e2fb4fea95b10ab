import type {IncomingMessage} from 'node:http';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {type Failure, fail} from '../service/failure.ts';
import {bodyTimeoutMs, maxBodyBytes, maxDepth} from './limits.ts';

/** Reads a JSON body within the bounds of size and time. No body is `undefined`. */
export const readJson = async (
	request: IncomingMessage,
	timeoutMs = bodyTimeoutMs,
): Promise<Result<unknown, Failure>> => {
	const bytes = await readBytes(request, timeoutMs);
	if (!bytes.ok) {
		return bytes;
	}

	if (bytes.value.length === 0) {
		return ok(undefined);
	}

	if (mediaType(request) !== 'application/json') {
		return fail('unsupported_media_type', 'send the body as content-type application/json');
	}

	try {
		const value: unknown = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes.value));
		return isTooDeep(value)
			? fail('invalid_json', `the body is nested more than ${maxDepth} levels deep`)
			: ok(value);
	} catch {
		return fail('invalid_json', 'the body is not valid JSON in UTF-8');
	}
};

/** Level by level, because whoever descends into a deep value runs out of stack. */
const isTooDeep = (value: unknown): boolean => {
	let level = [value];
	for (let depth = 0; depth < maxDepth; depth += 1) {
		level = level.flatMap(item =>
			typeof item === 'object' && item !== null ? Object.values(item) : [],
		);
		if (level.length === 0) {
			return false;
		}
	}

	return true;
};

const mediaType = ({headers}: IncomingMessage): string =>
	(headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

const readBytes = (
	request: IncomingMessage,
	timeoutMs: number,
): Promise<Result<Uint8Array, Failure>> => {
	if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
		return Promise.resolve(tooLarge);
	}

	return new Promise(resolve => {
		const parts: Buffer[] = [];
		let size = 0;
		const finish = (result: Result<Uint8Array, Failure>): void => {
			clearTimeout(timer);
			request.removeAllListeners('data');
			request.pause();
			resolve(result);
		};
		const timer = setTimeout(() => finish(stalled), timeoutMs);
		request.on('data', (part: Buffer) => {
			size += part.length;
			parts.push(part);
			if (size > maxBodyBytes) {
				finish(tooLarge);
			}
		});
		request.on('end', () => finish(ok(Buffer.concat(parts))));
		request.on('close', () => finish(cut));
		request.on('error', () => finish(cut));
	});
};

const tooLarge = err<Failure>({
	code: 'body_too_large',
	detail: `the body is longer than ${maxBodyBytes} bytes; send less`,
});

const stalled = err<Failure>({
	code: 'request_timeout',
	detail: 'the body did not arrive in time; send it again',
});

const cut = err<Failure>({
	code: 'invalid_request',
	detail: 'the connection ended inside the body; send it again',
});
