import test from 'ava';
import {makeRateLimit} from '../../../gateway/server/rate.ts';

test('a caller may save up a burst, then gets its rate, and is told how long to wait', t => {
	let now = 0;
	const limit = makeRateLimit({perSecond: 0.5, burst: 2}, () => now);
	t.deepEqual([limit.take('a'), limit.take('a'), limit.take('a')], [0, 0, 2]);
	now = 1000;
	t.is(limit.take('a'), 1);
	now = 2000;
	t.deepEqual([limit.take('a'), limit.take('a')], [0, 2]);
});

test('callers do not share, and a clock that goes back takes nothing away', t => {
	let now = 10_000;
	const limit = makeRateLimit({perSecond: 1, burst: 1}, () => now);
	t.deepEqual([limit.take('a'), limit.take('b')], [0, 0]);
	now = 0;
	t.is(limit.take('a'), 1);
});
