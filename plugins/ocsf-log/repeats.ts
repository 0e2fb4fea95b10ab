import type {Event} from '../../policies/model/event.ts';
import {maxRepeatKeys, maxSameDenials, repeatWindowMs} from './limits.ts';

/** The same refusal, so often that only its number was kept. */
export type Repeated = {
	/** The last of them; the first ones are in the record themselves. */
	readonly event: Event;
	readonly count: number;
	/** Milliseconds since the epoch: of the first and the last that were only counted. */
	readonly from: number;
	readonly to: number;
};

/** Keeps a program that repeats one refused request from filling the day's record with it. */
export type Repeats = {
	/** False: it is the same refusal once more, and is counted instead of written. */
	admit(event: Event): boolean;
	/** What was counted in windows that are over by `now`; they begin anew. */
	take(now: number): readonly Repeated[];
	/** When the first window that counted something is over; undefined while nothing is counted. */
	due(): number | undefined;
};

type Window = {readonly start: number; seen: number; repeated: Repeated | undefined};

export const makeRepeats = (): Repeats => {
	const windows = new Map<string, Window>();
	return {
		admit(event) {
			const key = keyOf(event);
			if (key === undefined) {
				return true;
			}

			const window = windows.get(key) ?? {start: event.at, seen: 0, repeated: undefined};
			if (!windows.has(key) && windows.size >= maxRepeatKeys) {
				return true;
			}

			windows.set(key, window);
			window.seen += 1;
			if (window.seen <= maxSameDenials) {
				return true;
			}

			const {count, from} = window.repeated ?? {count: 0, from: event.at};
			window.repeated = {event, count: count + 1, from, to: event.at};
			return false;
		},
		take(now) {
			const over = [...windows].filter(([, {start}]) => now - start >= repeatWindowMs);
			for (const [key] of over) {
				windows.delete(key);
			}

			return over.flatMap(([, {repeated}]) => repeated ?? []);
		},
		due() {
			const counting = [...windows.values()].filter(({repeated}) => repeated !== undefined);
			return counting.length === 0
				? undefined
				: Math.min(...counting.map(({start}) => start + repeatWindowMs));
		},
	};
};

/** Two refusals are the same when nothing but the moment tells them apart. Only refusals are counted. */
function keyOf(event: Event): string | undefined {
	if (!('denial' in event)) {
		return undefined;
	}

	const request = 'method' in event ? [event.method, event.path] : [];
	const {kind, code, host, port, caller, rule = ''} = event;
	return JSON.stringify([kind, code, host, port, caller?.binary ?? '', rule, ...request]);
}
