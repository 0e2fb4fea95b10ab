import test from 'ava';
import {readBody} from '../../../plugins/policy-local/body.ts';
import {bodyStallMs, maxBodyBytes} from '../../../plugins/policy-local/limits.ts';
import {manualClock, turn} from '../../helpers/manual-clock.ts';

const head = (length?: string) => ({
	method: 'POST',
	target: '/',
	headers: length === undefined ? [] : [['Content-Length', length] as const],
});

async function* chunks(...parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
	yield* parts;
}

test('a body in chunks is read whole, up to the last byte allowed', async t => {
	const parts = [Buffer.alloc(maxBodyBytes - 3, 'a'), Buffer.from('bcd')];
	const body = await readBody({head: head(), body: chunks(...parts)}, manualClock());
	t.true(body.ok && body.value.length === maxBodyBytes);
});

test('one byte more is 413, whether it was declared or not', async t => {
	const parts = [Buffer.alloc(maxBodyBytes), Buffer.alloc(1)];
	const long = await readBody({head: head(), body: chunks(...parts)}, manualClock());
	t.like(long, {ok: false, error: {status: 413}});

	let isRead = false;
	const body = (async function* () {
		isRead = true;
		yield Buffer.alloc(1);
	})();
	const declared = await readBody({head: head(String(maxBodyBytes + 1)), body}, manualClock());
	t.like(declared, {ok: false, error: {status: 413}});
	t.false(isRead);
});

test('a body that stalls is 408, and is let go of', async t => {
	const clock = manualClock();
	let isReleased = false;
	const body: AsyncIterable<Uint8Array> = {
		[Symbol.asyncIterator]: () => ({
			next: () => new Promise(() => undefined),
			async return() {
				isReleased = true;
				return {done: true, value: undefined};
			},
		}),
	};
	const reading = readBody({head: head(), body}, clock);
	await clock.advance(bodyStallMs - 1);
	t.is(clock.sleepers, 1);
	await clock.advance(1);
	t.like(await reading, {ok: false, error: {status: 408}});
	t.true(isReleased);
});

test('each byte starts the stall time anew, and no timer is left behind', async t => {
	const clock = manualClock();
	const body = (async function* () {
		for (let index = 0; index < 3; index += 1) {
			await clock.advance(bodyStallMs - 1);
			yield Buffer.from('x');
		}
	})();
	const read = await readBody({head: head(), body}, clock);
	t.true(read.ok && read.value.length === 3);
	await turn();
	t.is(clock.sleepers, 0);
});

test('a body that breaks off is 400', async t => {
	const body = (async function* () {
		yield Buffer.from('{');
		throw new Error('aborted');
	})();
	t.like(await readBody({head: head(), body}, manualClock()), {ok: false, error: {status: 400}});
});
