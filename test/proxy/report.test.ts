import test from 'ava';
import type {DenialBatch} from '../../gateway/client/wire.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {makeReport} from '../../proxy/report.ts';
import {turn} from '../helpers/manual-clock.ts';

const denial = (id: number): Denial => ({denial_id: `den_${id}`}) as unknown as Denial;

/** A gateway that takes batches when it is told to. */
const makeGateway = () => {
	const batches: DenialBatch[] = [];
	const gateway = {
		batches,
		answer: true,
		async send(batch: DenialBatch) {
			if (gateway.answer) {
				batches.push(batch);
			}

			return gateway.answer;
		},
	};
	return gateway;
};

/** Sleepers that wake when the test says so. */
const makeSleep = () => {
	const sleepers: (() => void)[] = [];
	return {
		sleep: async (_: number, signal: AbortSignal) =>
			new Promise<void>(resolve => {
				sleepers.push(resolve);
				signal.addEventListener('abort', () => resolve());
			}),
		async wake() {
			for (const resolve of sleepers.splice(0)) {
				resolve();
			}

			await turn();
		},
	};
};

test('rows gather for a moment and go in one batch', async t => {
	const gateway = makeGateway();
	const clock = makeSleep();
	const report = makeReport({send: gateway.send, sleep: clock.sleep});
	report.add(denial(1));
	report.add(denial(2));
	t.is(gateway.batches.length, 0);
	await clock.wake();
	t.deepEqual(gateway.batches, [{denials: [denial(1), denial(2)], dropped: 0}]);
	report.add(denial(3));
	await clock.wake();
	t.is(gateway.batches.length, 2);
	await report.close();
});

test('batches are bounded', async t => {
	const gateway = makeGateway();
	const clock = makeSleep();
	const report = makeReport({send: gateway.send, sleep: clock.sleep});
	for (let id = 0; id < 150; id += 1) {
		report.add(denial(id));
	}

	await clock.wake();
	await clock.wake();
	t.deepEqual(
		gateway.batches.map(({denials}) => denials.length),
		[100, 50],
	);
	await report.close();
});

test('what the gateway does not take stays, in order, and is counted when it must be dropped', async t => {
	const gateway = makeGateway();
	const clock = makeSleep();
	const report = makeReport({send: gateway.send, sleep: clock.sleep});
	gateway.answer = false;
	for (let id = 0; id < 1003; id += 1) {
		report.add(denial(id));
	}

	await clock.wake();
	t.is(gateway.batches.length, 0);
	gateway.answer = true;
	await clock.wake();
	t.like(gateway.batches[0], {dropped: 3});
	t.deepEqual(gateway.batches[0]?.denials[0], denial(3));
	await clock.wake();
	t.is(gateway.batches[1]?.dropped, 0);
	await report.close();
	t.is(
		gateway.batches.reduce((sum, {denials}) => sum + denials.length, 0),
		1000,
	);
});

test('a gateway that throws, or is gone at the end, is survived', async t => {
	const report = makeReport({
		async send() {
			throw new Error('gone');
		},
		sleep: async () => undefined,
	});
	report.add(denial(1));
	await t.notThrowsAsync(report.close());
});
