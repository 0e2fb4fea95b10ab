import test from 'ava';
import {StoreError} from '../../../gateway/store/handles.ts';
import {maxQueuedUnits} from '../../../gateway/store/limits.ts';
import {makeQueue} from '../../../gateway/store/queue.ts';

test('units run one after another, telemetry only when nothing else waits', async t => {
	const queue = makeQueue();
	const order: string[] = [];
	let running = 0;
	const unit = (name: string) => async () => {
		t.is(++running, 1);
		await Promise.resolve();
		order.push(name);
		running--;
	};
	const all = [
		queue.run(unit('first'), 'work'),
		queue.run(unit('telemetry'), 'telemetry'),
		queue.run(unit('ruling'), 'work'),
	];
	await Promise.all(all);
	t.deepEqual(order, ['first', 'ruling', 'telemetry']);
	await queue.drain();
});

test('a unit that fails fails alone', async t => {
	const queue = makeQueue();
	const failed = queue.run(async () => {
		throw new Error('no');
	}, 'work');
	const next = queue.run(async () => 'fine', 'work');
	await t.throwsAsync(failed, {message: 'no'});
	t.is(await next, 'fine');
});

test('a lane that is full refuses at once, and only that lane', async t => {
	const queue = makeQueue();
	let go = (): void => undefined;
	const first = queue.run(
		() =>
			new Promise<void>(resolve => {
				go = resolve;
			}),
		'work',
	);
	const waiting = Array.from({length: maxQueuedUnits}, () =>
		queue.run(async () => undefined, 'telemetry'),
	);
	await t.throwsAsync(
		queue.run(async () => undefined, 'telemetry'),
		{instanceOf: StoreError},
	);
	const ruling = queue.run(async () => 'ruled', 'work');
	go();
	await Promise.all([first, ...waiting]);
	t.is(await ruling, 'ruled');
});
