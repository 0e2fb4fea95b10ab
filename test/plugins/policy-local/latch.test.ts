import test from 'ava';
import {makeLatch} from '../../../plugins/policy-local/latch.ts';
import {turn} from '../../helpers/manual-clock.ts';

test('a ring that nobody heard yet is heard by the next who listens, once', async t => {
	const latch = makeLatch();
	latch.ring();
	latch.ring();
	await latch.rung();
	let isRung = false;
	const next = latch.rung().then(() => {
		isRung = true;
	});
	await turn();
	t.false(isRung);
	latch.ring();
	await next;
	t.true(isRung);
});
