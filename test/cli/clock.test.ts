import {getEventListeners} from 'node:events';
import test from 'ava';
import {systemClock} from '../../cli/clock.ts';

test('a sleep ends by itself or with its signal, and leaves nothing behind on it', async t => {
	const end = new AbortController();
	await systemClock.sleep(1, end.signal);
	t.is(getEventListeners(end.signal, 'abort').length, 0);
	const long = systemClock.sleep(3_600_000, end.signal);
	t.is(getEventListeners(end.signal, 'abort').length, 1);
	end.abort();
	await long;
	await systemClock.sleep(3_600_000, end.signal);
	t.is(getEventListeners(end.signal, 'abort').length, 0);
});
