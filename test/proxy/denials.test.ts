import test from 'ava';
import type {Denial} from '../../policies/model/denial.ts';
import {makeDenials} from '../../proxy/denials.ts';

const denial = (id: number): Denial => ({denial_id: `den_${id}`}) as unknown as Denial;

test('the ring answers newest first and by id', t => {
	const ring = makeDenials();
	ring.add(denial(1));
	ring.add(denial(2));
	t.deepEqual(
		ring.recent(5).map(each => each.denial_id as string),
		['den_2', 'den_1'],
	);
	t.deepEqual(ring.recent(1), [denial(2)]);
	t.deepEqual(ring.recent(0), []);
	t.deepEqual(ring.find('den_1'), denial(1));
	t.is(ring.find('__proto__'), undefined);
});

test('the oldest is forgotten at the bound', t => {
	const ring = makeDenials(2);
	for (const id of [1, 2, 3]) {
		ring.add(denial(id));
	}

	t.is(ring.find('den_1'), undefined);
	t.is(ring.recent(10).length, 2);
});
