import type {Answer, Clock, Exchange} from '../../policies/model/plugin.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {errorAnswer} from './errors.ts';
import {bodyStallMs, maxBodyBytes} from './limits.ts';

/**
The whole body, by length or in chunks alike: at most `maxBodyBytes` (413), no pause longer than
`bodyStallMs` (408), and complete (400). Whoever is refused gets an answer (decision 14).
*/
export const readBody = async (
	{head, body}: Pick<Exchange, 'head' | 'body'>,
	clock: Clock,
): Promise<Result<Uint8Array, Answer>> => {
	if (declaredLength(head.headers) > maxBodyBytes) {
		return err(tooLarge());
	}

	const iterator = body[Symbol.asyncIterator]();
	const result = await collect(iterator, clock);
	if (!result.ok) {
		void iterator.return?.().catch(() => undefined);
	}

	return result;
};

async function collect(
	iterator: AsyncIterator<Uint8Array>,
	clock: Clock,
): Promise<Result<Uint8Array, Answer>> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for (;;) {
		const next = await nextChunk(iterator, clock);
		if (!next.ok) {
			return next;
		}

		if (next.value === undefined) {
			return ok(Buffer.concat(chunks));
		}

		length += next.value.length;
		if (length > maxBodyBytes) {
			return err(tooLarge());
		}

		chunks.push(next.value);
	}
}

/** Undefined: the body is complete. */
async function nextChunk(
	iterator: AsyncIterator<Uint8Array>,
	clock: Clock,
): Promise<Result<Uint8Array | undefined, Answer>> {
	const arrived = new AbortController();
	try {
		return await Promise.race([
			iterator.next().then(({done, value}) => ok(done === true ? undefined : value)),
			clock.sleep(bodyStallMs, arrived.signal).then(() => err(stalled())),
		]);
	} catch {
		return err(incomplete());
	} finally {
		arrived.abort();
	}
}

function declaredLength(headers: Exchange['head']['headers']): number {
	const value = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
	return value !== undefined && /^\d+$/.test(value) ? Number(value) : 0;
}

const tooLarge = (): Answer =>
	errorAnswer(
		413,
		'body_too_large',
		`the body is longer than ${maxBodyBytes} bytes; propose fewer operations at once`,
	);

const stalled = (): Answer =>
	errorAnswer(
		408,
		'body_timeout',
		`no byte of the body arrived for ${bodyStallMs / 1000} s; send the request again`,
	);

const incomplete = (): Answer =>
	errorAnswer(400, 'body_incomplete', 'the body ended early; send the request again');
