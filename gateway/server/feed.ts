import type {Socket} from 'node:net';
import {Readable} from 'node:stream';
import {ok, type Result} from '../../policies/model/result.ts';
import {feedHeartbeatMs} from '../client/limits.ts';
import type {FeedEvent} from '../client/wire.ts';
import {type Failure, fail} from '../service/failure.ts';
import type {Presence} from '../service/presence.ts';
import {addEvent, eventsAfter, lastSequence, oldestResumable} from '../store/events.ts';
import type {Store} from '../store/open.ts';
import type {EventRow, SandboxRow} from '../store/rows.ts';
import {makeWake} from '../store/wake.ts';
import {maxReviewerFeeds, slowReaderMs} from './limits.ts';
import type {FeedInput, FeedReply} from './route.ts';

export type FeedDeps = {
	readonly store: Store;
	readonly presence: Presence;
	now(): number;
	/** What went wrong after the answer had begun. */
	onFault(error: unknown): void;
	/** Somebody left. */
	onLeave(): void;
	readonly heartbeatMs?: number;
};

export type FeedHouse = {
	open(input: FeedInput): Promise<Result<FeedReply, Failure>>;
	/** Streams of reviewers now. */
	reviewers(): number;
	/** Ends every stream. */
	close(): void;
};

/**
Serves the event table as server-sent events: first what came after the cursor, then what is
committed. Each reader pulls its own small batches from the store, so a slow one costs nothing
but its place, and one that takes nothing for long is cut and resumes by its cursor.
*/
export const makeFeedHouse = (deps: FeedDeps): FeedHouse => {
	const open = new Set<AbortController>();
	let reviewers = 0;
	return {
		reviewers: () => reviewers,
		async open(input) {
			if (input.principal.kind === 'reviewer' && reviewers >= maxReviewerFeeds) {
				return fail('rate_limited', 'too many feeds are open; close one', {retry_after_s: 5});
			}

			const start = await readCursor(deps.store, input.query);
			if (!start.ok) {
				return start;
			}

			const ending = new AbortController();
			const leave = await enter(deps, input, ending);
			const isReviewer = input.principal.kind === 'reviewer';
			open.add(ending);
			reviewers += isReviewer ? 1 : 0;
			ending.signal.addEventListener('abort', () => {
				open.delete(ending);
				reviewers -= isReviewer ? 1 : 0;
				leave();
				deps.onLeave();
			});
			const stream = Readable.from(lines(deps, input.sandbox, start.value, ending.signal), {
				objectMode: false,
				highWaterMark: 1,
			});
			endWith(input.request.socket, stream, ending);
			return ok({stream, epoch: deps.store.epoch});
		},
		close() {
			for (const ending of open) {
				ending.abort();
			}
		},
	};
};

/** A parked generator cannot be closed from outside: the signal wakes it when either end is gone. */
const endWith = (socket: Socket, stream: Readable, ending: AbortController): void => {
	const end = (): void => ending.abort();
	socket.setTimeout(slowReaderMs, () => socket.destroy());
	socket.once('close', end);
	stream.once('close', end);
	if (socket.destroyed) {
		end();
	}
};

/** Where to begin: after the cursor if everything since is still here, else now. */
const readCursor = async (
	store: Store,
	query: URLSearchParams,
): Promise<Result<number, Failure>> => {
	const [newest, oldest] = await store.read(async read => [
		await lastSequence(read),
		await oldestResumable(read),
	]);
	const after = query.get('after');
	if (after === null) {
		return ok(newest);
	}

	if (!/^\d{1,15}$/.test(after)) {
		return fail('invalid_request', 'after must be the id of an event');
	}

	const epoch = query.get('epoch') ?? store.epoch;
	return epoch === store.epoch && Number(after) <= newest && Number(after) >= oldest
		? ok(Number(after))
		: fail(
				'cursor_lost',
				'the events after this cursor are gone; read the state again and follow without a cursor',
			);
};

/** A sandbox on its own feed is connected; returns what to do when the stream ends. */
const enter = async (
	deps: FeedDeps,
	{principal, sandbox}: FeedInput,
	ending: AbortController,
): Promise<() => void> => {
	if (principal.kind !== 'sandbox' || sandbox === 'all') {
		return () => undefined;
	}

	const leave = deps.presence.join(sandbox.id, () => ending.abort());
	await announce(deps, sandbox, 'sandbox-connected').catch((error: unknown) => {
		leave();
		throw error;
	});
	return () => {
		if (leave()) {
			announce(deps, sandbox, 'sandbox-gone').catch(deps.onFault);
		}
	};
};

const announce = (
	{store, now}: FeedDeps,
	sandbox: SandboxRow,
	kind: 'sandbox-connected' | 'sandbox-gone',
): Promise<void> =>
	store.write(write => addEvent(write, {at: now(), sandbox, kind, data: {sandbox: sandbox.name}}));

async function* lines(
	{store, heartbeatMs = feedHeartbeatMs}: FeedDeps,
	sandbox: SandboxRow | 'all',
	after: number,
	signal: AbortSignal,
): AsyncGenerator<string> {
	const wake = makeWake(store);
	let cursor = after;
	try {
		yield `: openshell\nid: ${cursor}\n\n`;
		while (!signal.aborted) {
			const rows = await store.read(read =>
				eventsAfter(read, cursor, sandbox === 'all' ? 'all' : sandbox.id),
			);
			for (const row of rows) {
				cursor = row.seq;
				yield `id: ${row.seq}\ndata: ${JSON.stringify(toEvent(row))}\n\n`;
			}

			if (rows.length === 0 && !(await wake.next(heartbeatMs, signal))) {
				yield ': still here\n\n';
			}
		}
	} finally {
		wake.end();
	}
}

const toEvent = (row: EventRow): FeedEvent => ({
	seq: row.seq,
	at: row.at_ms,
	sandbox: row.sandbox_name,
	kind: row.kind as FeedEvent['kind'],
	data: JSON.parse(row.data) as FeedEvent['data'],
});
