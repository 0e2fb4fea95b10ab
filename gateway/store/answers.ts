import type {Read, Write} from './handles.ts';
import {answerMaxAgeMs, answerMaxRows} from './limits.ts';

/** What was answered to a write that carried an `Idempotency-Key`. */
export type AnswerRow = {
	/** Who asked: keys of different callers never meet. */
	readonly caller: string;
	readonly key: string;
	/** Hash of method, path and body: the same key for something else is a mistake of the caller. */
	readonly request_hash: string;
	readonly status: number;
	readonly body: string;
	readonly at_ms: number;
};

export const findAnswer = (
	{knex}: Read,
	caller: string,
	key: string,
): Promise<AnswerRow | undefined> => knex<AnswerRow>('answers').where({caller, key}).first();

/** Keeps an answer and forgets what is beyond the caller's bound. */
export const keepAnswer = async ({knex}: Write, row: AnswerRow): Promise<void> => {
	await knex('answers')
		.where('at_ms', '<', row.at_ms - answerMaxAgeMs)
		.delete();
	const [oldestKept] = await knex<AnswerRow>('answers')
		.where('caller', row.caller)
		.orderBy('at_ms', 'desc')
		.offset(answerMaxRows - 2)
		.limit(1);
	if (oldestKept !== undefined) {
		await knex('answers')
			.where('caller', row.caller)
			.where('at_ms', '<', oldestKept.at_ms)
			.delete();
	}

	await knex('answers').insert(row).onConflict(['caller', 'key']).merge();
};
