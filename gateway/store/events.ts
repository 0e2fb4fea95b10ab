import type {ProposalEvent} from '../../policies/model/event.ts';
import type {SandboxId, SandboxName} from '../../policies/model/names.ts';
import type {FeedEvent, FeedKind} from '../client/wire.ts';
import type {Read, Write} from './handles.ts';
import {eventBatch, eventMaxRows} from './limits.ts';
import type {EventRow} from './rows.ts';

export type NewEvent = {
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly sandbox: {readonly id: SandboxId; readonly name: SandboxName};
	readonly kind: FeedKind;
	readonly data: FeedEvent['data'];
	/** What the exporter writes to the record. */
	readonly record?: ProposalEvent;
};

/**
Adds one event in the transaction of the row it reports. Its number comes from a counter row,
which the transaction holds until it commits: numbers become visible in order.
*/
export const addEvent = async (write: Write, event: NewEvent): Promise<void> => {
	const seq = await nextSequence(write);
	const row: EventRow = {
		seq,
		at_ms: event.at,
		sandbox_id: event.sandbox.id,
		sandbox_name: event.sandbox.name,
		kind: event.kind,
		data: JSON.stringify(event.data),
		record: event.record === undefined ? '' : JSON.stringify(event.record),
	};
	await write.knex('events').insert(row);
};

/** The number of the newest event; 0 before the first. */
export const lastSequence = async ({knex}: Read): Promise<number> => {
	const row = await counter(knex, 'events');
	return row === undefined ? 0 : Number(row.value);
};

/** Every event after this number is still here. */
export const oldestResumable = async ({knex}: Read): Promise<number> => {
	const row = await counter(knex, 'events-pruned');
	return row === undefined ? 0 : Number(row.value);
};

/** The next events of one sandbox, or of all. */
export const eventsAfter = (
	{knex}: Read,
	after: number,
	sandbox: SandboxId | 'all',
): Promise<EventRow[]> => {
	const query = knex<EventRow>('events').where('seq', '>', after).orderBy('seq').limit(eventBatch);
	return sandbox === 'all' ? query : query.where('sandbox_id', sandbox);
};

/** The next events that belong in the record. */
export const recordsAfter = ({knex}: Read, after: number): Promise<EventRow[]> =>
	knex<EventRow>('events')
		.where('seq', '>', after)
		.whereNot('record', '')
		.orderBy('seq')
		.limit(eventBatch);

/** Forgets events beyond the bound, but none that `exported` has not passed. */
export const pruneEvents = async (write: Write, exported: number): Promise<void> => {
	const upTo = Math.min((await lastSequence(write)) - eventMaxRows, exported);
	if (upTo > 0) {
		await write.knex('events').where('seq', '<=', upTo).delete();
		await setCounter(write, 'events-pruned', upTo);
	}
};

/** How far the exporter has come. */
export const exportedSequence = async ({knex}: Read): Promise<number> => {
	const row = await counter(knex, 'events-exported');
	return row === undefined ? 0 : Number(row.value);
};

export const setExportedSequence = (write: Write, seq: number): Promise<void> =>
	setCounter(write, 'events-exported', seq);

const nextSequence = async (write: Write): Promise<number> => {
	const changed = await write.knex('counters').where({name: 'events'}).increment('value', 1);
	if (Number(changed) === 0) {
		await setCounter(write, 'events', 1);
	}

	return lastSequence(write);
};

const counter = (knex: Read['knex'], name: string): Promise<{value: number | string} | undefined> =>
	knex<{name: string; value: number | string}>('counters').where({name}).first();

const setCounter = async ({knex}: Write, name: string, value: number): Promise<void> => {
	await knex('counters').insert({name, value}).onConflict('name').merge();
};
