import type {IncomingMessage} from 'node:http';
import {feedFirstPauseMs, feedLongestPauseMs, feedSilenceMs} from './limits.ts';
import {readBlocks, type SseBlock} from './sse.ts';
import type {Transport} from './transport.ts';
import type {FeedEvent} from './wire.ts';

/** The gateway's events, in order, each once, however often the stream is lost and found again. */
export type Feed = {
	/** Returns the end of the subscription. */
	onEvent(listener: (event: FeedEvent) => void): () => void;
	/**
	Each time the stream stands. `resumed` is false when events may have been missed (first opening,
	another database, a cursor too old): look at the state itself.
	*/
	onOpen(listener: (opening: {readonly resumed: boolean}) => void): () => void;
	/** The stream was lost; it is being looked for again. */
	onLost(listener: (reason: string) => void): () => void;
	/** Resolves after the signal, when nothing more is called. */
	readonly ended: Promise<void>;
};

export type FeedOptions = {
	/** `paths.sandboxEvents(name)` or `paths.events`. */
	readonly path: string;
	/** Ends the feed. */
	readonly signal: AbortSignal;
	/** Bounds, shorter in tests. */
	readonly silenceMs?: number;
};

export type FeedDeps = {
	/** From 0 to 1. */
	random(): number;
	sleep(ms: number, signal: AbortSignal): Promise<void>;
};

export const openFeed = (transport: Transport, options: FeedOptions, deps: FeedDeps): Feed => {
	const events = new Set<(event: FeedEvent) => void>();
	const openings = new Set<(opening: {resumed: boolean}) => void>();
	const losses = new Set<(reason: string) => void>();
	const follower: Follower = {
		cursor: undefined,
		failures: 0,
		onEvent: event => tell(events, event),
		onOpen: opening => tell(openings, opening),
	};
	return {
		onEvent: listener => join(events, listener),
		onOpen: listener => join(openings, listener),
		onLost: listener => join(losses, listener),
		ended: follow(transport, options, deps, follower, reason => tell(losses, reason)),
	};
};

type Cursor = {readonly epoch: string; readonly seq: number};

type Follower = {
	cursor: Cursor | undefined;
	/** Attempts since an answer last arrived. */
	failures: number;
	onEvent(event: FeedEvent): void;
	onOpen(opening: {resumed: boolean}): void;
};

const follow = async (
	transport: Transport,
	options: FeedOptions,
	deps: FeedDeps,
	follower: Follower,
	onLost: (reason: string) => void,
): Promise<void> => {
	// The caller subscribes before the first opening can be told.
	await Promise.resolve();
	while (!options.signal.aborted) {
		const reason = await readStream(transport, options, follower);
		if (options.signal.aborted) {
			return;
		}

		onLost(reason);
		await deps.sleep(pause(follower.failures, deps.random()), options.signal);
		follower.failures++;
	}
};

/** Full jitter over a doubling range, so that many proxies do not come back at the same instant. */
const pause = (failures: number, random: number): number => {
	const range = Math.min(feedLongestPauseMs, feedFirstPauseMs * 2 ** Math.min(failures, 20));
	return range / 2 + (range / 2) * random;
};

/** Reads one stream to its end and says why it ended. */
const readStream = async (
	transport: Transport,
	{path, signal, silenceMs = feedSilenceMs}: FeedOptions,
	follower: Follower,
): Promise<string> => {
	const watch = watchSilence(silenceMs, signal);
	try {
		const opened = await transport.open(withCursor(path, follower.cursor), watch.signal);
		if (!opened.ok) {
			if (opened.error.kind === 'refused' && opened.error.body.error === 'cursor_lost') {
				follower.cursor = undefined;
			}

			return opened.error.kind === 'refused' ? opened.error.body.detail : opened.error.detail;
		}

		const reason = await readEvents(opened.value, follower, watch);
		return watch.isSilent() ? 'the gateway went silent' : reason;
	} finally {
		watch.end();
	}
};

const readEvents = async (
	stream: IncomingMessage,
	follower: Follower,
	watch: {heard(): void},
): Promise<string> => {
	const epoch = String(stream.headers['openshell-epoch'] ?? '');
	const resumed = follower.cursor !== undefined;
	stream.on('data', () => watch.heard());
	let isOpen = false;
	try {
		for await (const block of readBlocks(stream as AsyncIterable<Uint8Array>)) {
			const event = accept(block, epoch, follower);
			if (!isOpen) {
				isOpen = true;
				follower.failures = 0;
				follower.onOpen({resumed});
			}

			if (event !== undefined) {
				follower.onEvent(event);
			}
		}

		return 'the gateway ended the stream';
	} catch (error) {
		return (error as Error).message;
	} finally {
		stream.destroy();
	}
};

/** Moves the cursor; what is not beyond it has been told already. */
const accept = (block: SseBlock, epoch: string, follower: Follower): FeedEvent | undefined => {
	const seq = Number(block.id);
	if (!Number.isSafeInteger(seq) || seq < 0 || (follower.cursor?.seq ?? -1) >= seq) {
		return undefined;
	}

	follower.cursor = {epoch, seq};
	return block.data === undefined ? undefined : (JSON.parse(block.data) as FeedEvent);
};

const withCursor = (path: string, cursor: Cursor | undefined): string =>
	cursor === undefined
		? path
		: `${path}?after=${cursor.seq}&epoch=${encodeURIComponent(cursor.epoch)}`;

/** Aborts when nothing was heard for so long that even the heartbeats must have stopped. */
const watchSilence = (
	silenceMs: number,
	signal: AbortSignal,
): {readonly signal: AbortSignal; heard(): void; isSilent(): boolean; end(): void} => {
	const silence = new AbortController();
	const timer = setTimeout(() => silence.abort(), silenceMs);
	return {
		signal: AbortSignal.any([signal, silence.signal]),
		heard: () => timer.refresh(),
		isSilent: () => silence.signal.aborted,
		end: () => clearTimeout(timer),
	};
};

const join = <T>(listeners: Set<T>, listener: T): (() => void) => {
	listeners.add(listener);
	return () => {
		listeners.delete(listener);
	};
};

const tell = <T>(listeners: ReadonlySet<(value: T) => void>, value: T): void => {
	for (const listener of [...listeners]) {
		listener(value);
	}
};
