import type {DigestOf} from '../../policies/model/names.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import {fromJson, toJson} from '../client/json.ts';
import {type Failure, fail} from '../service/failure.ts';
import {findAnswer, keepAnswer} from '../store/answers.ts';
import type {Write} from '../store/handles.ts';
import type {Store} from '../store/open.ts';
import {maxKeyLength} from './limits.ts';
import type {Answered, Answering, Reply} from './route.ts';

export type OnceDeps = {
	readonly store: Store;
	readonly digest: DigestOf;
	/** Milliseconds since the epoch. */
	now(): number;
};

export type Once = (
	request: {
		/** Who asks: keys of different callers never meet. */
		readonly caller: string;
		readonly key: string | undefined;
		/** Method, path and body. */
		readonly content: readonly unknown[];
	},
	run: (answering: Answering) => Answered,
) => Answered;

/**
Answers a repeated write with what the first one got. Only what was done is kept, in the transaction
that did it: a crash leaves both or neither. A refusal may be tried again under the same key. A
copy that arrives while the first still runs waits for it.
*/
export const makeOnce = (deps: OnceDeps): Once => {
	const running = new Map<string, Promise<unknown>>();
	return async ({caller, key, content}, run) => {
		if (key === undefined) {
			return run(() => deps.store);
		}

		if (!/^[!-~]+$/.test(key) || key.length > maxKeyLength) {
			return fail(
				'invalid_request',
				`an Idempotency-Key is 1 to ${maxKeyLength} printable ASCII characters`,
			);
		}

		const place = `${caller} ${key}`;
		while (running.has(place)) {
			await running.get(place);
		}

		const answer = answerOnce(deps, caller, key, deps.digest(JSON.stringify(content)), run);
		running.set(
			place,
			answer.catch(() => undefined),
		);
		return answer.finally(() => running.delete(place));
	};
};

const answerOnce = async (
	{store, now}: OnceDeps,
	caller: string,
	key: string,
	requestHash: string,
	run: (answering: Answering) => Answered,
): Promise<Result<Reply, Failure>> => {
	const earlier = await store.read(read => findAnswer(read, caller, key));
	if (earlier !== undefined) {
		return earlier.request_hash === requestHash
			? ok({status: earlier.status, body: fromJson(earlier.body) as object})
			: fail('key_reused', 'this Idempotency-Key was used for another request; use a new one');
	}

	let kept: string | undefined;
	const keep = async (write: Write, {status = 200, body}: Reply): Promise<void> => {
		const text = toJson(body);
		const row = {caller, key, request_hash: requestHash, status, body: text, at_ms: now()};
		await keepAnswer(write, row);
		kept = text;
	};
	const answer = await run(status => keeping(store, (write, body) => keep(write, {status, body})));
	// A route whose answer is not what its transaction resolved to keeps it a moment later.
	if (answer.ok && kept !== toJson(answer.value.body)) {
		await store.write(write => keep(write, answer.value));
	}

	return answer;
};

/** The same store; a write that succeeds keeps what it resolves to as the answer, before it commits. */
const keeping = (store: Store, keep: (write: Write, body: object) => Promise<void>): Store => ({
	...store,
	write: (run, lane) =>
		store.write(async write => {
			const result = await run(write);
			const {ok: isDone, value} = Object(result) as {ok?: unknown; value?: unknown};
			if (isDone === true && typeof value === 'object' && value !== null) {
				await keep(write, value);
			}

			return result;
		}, lane),
});
