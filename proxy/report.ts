import type {DenialBatch} from '../gateway/client/wire.ts';
import type {Denial} from '../policies/model/denial.ts';
import {reportBatch, reportPauseMs, reportQueue} from './gate-limits.ts';
import {makeRepeat} from './repeat.ts';

/** Denial rows on their way to the gateway. Nobody waits for them; what is lost is counted. */
export type Report = {
	add(denial: Denial): void;
	/** Sends what is left, once, and stops. */
	close(): Promise<void>;
};

export type ReportDeps = {
	/** False: not taken, try again later. */
	send(batch: DenialBatch): Promise<boolean>;
	/** Resolves after so many milliseconds, or at once when the signal fires. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/** Gathers rows for a moment, sends them in bounded batches, and drops the oldest when it cannot. */
export const makeReport = (deps: ReportDeps): Report => {
	const queue: Queue = {rows: [], dropped: 0};
	const stop = new AbortController();
	const repeat = makeRepeat({
		signal: stop.signal,
		async step() {
			await deps.sleep(reportPauseMs, stop.signal);
			return stop.signal.aborted || ((await sendBatch(deps, queue)) && queue.rows.length === 0);
		},
		pause: async () => undefined,
	});

	return {
		add(denial) {
			queue.rows.push(denial);
			if (queue.rows.length > reportQueue) {
				queue.rows.shift();
				queue.dropped += 1;
			}

			repeat.ask();
		},
		async close() {
			stop.abort();
			await repeat.idle();
			while (queue.rows.length > 0 && (await sendBatch(deps, queue))) {
				// Until all is sent, or the gateway takes no more.
			}
		},
	};
};

type Queue = {readonly rows: Denial[]; dropped: number};

const sendBatch = async (deps: ReportDeps, queue: Queue): Promise<boolean> => {
	const denials = queue.rows.slice(0, reportBatch);
	const {dropped} = queue;
	const isTaken = await deps.send({denials, dropped}).catch(() => false);
	if (isTaken) {
		queue.dropped -= dropped;
		// Some of the batch may have been dropped from the front meanwhile.
		const sent = new Set(denials);
		while (queue.rows[0] !== undefined && sent.has(queue.rows[0])) {
			queue.rows.shift();
		}
	}

	return isTaken;
};
