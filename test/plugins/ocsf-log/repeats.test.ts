import test from 'ava';
import {maxRepeatKeys, maxSameDenials, repeatWindowMs} from '../../../plugins/ocsf-log/limits.ts';
import {makeRepeats} from '../../../plugins/ocsf-log/repeats.ts';
import type {Event} from '../../../policies/model/event.ts';

const denied = (at: number, more: object = {}): Event =>
	({
		kind: 'net.open.denied',
		at,
		connection: 'c',
		host: 'h.example',
		port: 443,
		engine: 'opa',
		code: 'no_endpoint',
		reason: 'r',
		denial: 'den_1',
		...more,
	}) as never;

test('only the same refusal is counted, and only beyond the first ones', t => {
	const repeats = makeRepeats();
	for (let index = 0; index < maxSameDenials; index += 1) {
		t.true(repeats.admit(denied(index)));
	}

	t.false(repeats.admit(denied(50)));
	t.true(repeats.admit(denied(50, {host: 'other.example'})));
	t.true(repeats.admit(denied(50, {code: 'binary_not_allowed'})));
	t.true(repeats.admit(denied(50, {kind: 'http.request.denied', method: 'GET', path: '/'})));
});

test('what is let through is never counted away', t => {
	const repeats = makeRepeats();
	const allowed: Event = {
		kind: 'net.open.allowed',
		at: 0,
		connection: 'c',
		host: 'h',
		port: 1,
		engine: 'opa',
		because: 'b',
	};
	for (let index = 0; index < 100; index += 1) {
		t.true(repeats.admit(allowed));
	}
});

test('a window that is over gives its number once, and begins anew', t => {
	const repeats = makeRepeats();
	for (let index = 0; index < maxSameDenials + 3; index += 1) {
		repeats.admit(denied(index));
	}

	t.deepEqual(repeats.take(repeatWindowMs - 1), []);
	t.like(repeats.take(repeatWindowMs)[0], {count: 3, from: maxSameDenials, to: maxSameDenials + 2});
	t.deepEqual(repeats.take(repeatWindowMs * 2), []);
	t.true(repeats.admit(denied(repeatWindowMs)));
});

test('more different refusals than can be told apart are written, and memory does not grow', t => {
	const repeats = makeRepeats();
	for (let index = 0; index < maxRepeatKeys; index += 1) {
		repeats.admit(denied(0, {host: `h${index}.example`}));
	}

	for (let index = 0; index < 100; index += 1) {
		t.true(repeats.admit(denied(0, {host: 'one-more.example'})));
	}
});
