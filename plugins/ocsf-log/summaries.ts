import type {Event} from '../../policies/model/event.ts';
import type {Envelope} from '../../policies/model/ocsf/record.ts';
import type {Clock} from '../../policies/model/plugin.ts';
import {repeatWindowMs} from './limits.ts';
import {makeRepeats} from './repeats.ts';

/** Refusals that repeat, written as one line with their number. */
export type Summaries = {
	/** False: the event is the same refusal once more; its number is written when its window is over. */
	admit(event: Event): boolean;
	/** Writes what was counted, and wakes no more. */
	close(): void;
};

/** At most one sleeper, and none while nothing is counted, so that a quiet record costs nothing. */
export const makeSummaries = (
	clock: Clock,
	write: (event: Event, repeated: NonNullable<Envelope['repeated']>) => void,
): Summaries => {
	const repeats = makeRepeats();
	const stop = new AbortController();
	let isArmed = false;

	const writeOver = (now: number): void => {
		for (const {event, ...repeated} of repeats.take(now)) {
			write(event, repeated);
		}
	};

	const arm = async (): Promise<void> => {
		isArmed = true;
		for (let due = repeats.due(); due !== undefined; due = repeats.due()) {
			// A clock that was set back must not put the line off for hours.
			await clock.sleep(Math.min(due - clock.now(), repeatWindowMs), stop.signal);
			if (stop.signal.aborted) {
				return;
			}

			writeOver(clock.now());
		}

		isArmed = false;
	};

	return {
		admit(event) {
			writeOver(clock.now());
			const isNews = repeats.admit(event);
			if (!isNews && !isArmed) {
				void arm();
			}

			return isNews;
		},
		close() {
			stop.abort();
			writeOver(Number.POSITIVE_INFINITY);
		},
	};
};
