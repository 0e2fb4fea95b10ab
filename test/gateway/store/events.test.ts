import test from 'ava';
import {
	addEvent,
	eventsAfter,
	lastSequence,
	oldestResumable,
	pruneEvents,
} from '../../../gateway/store/events.ts';
import {eventMaxRows} from '../../../gateway/store/limits.ts';
import {openTestStore, sandboxRow} from '../helpers/store.ts';

const event = (name: string) => ({
	at: 5,
	sandbox: sandboxRow(name),
	kind: 'config-changed' as const,
	data: {setting: 'x'},
});

test('sequence numbers grow by one in commit order, and a roll-back leaves no gap', async t => {
	const store = await openTestStore(t);
	await store.write(write => addEvent(write, event('a')));
	await t.throwsAsync(
		store.write(async write => {
			await addEvent(write, event('a'));
			throw new Error('no');
		}),
	);
	await Promise.all(
		['a', 'b', 'a'].map(name => store.write(write => addEvent(write, event(name)))),
	);
	const all = await store.read(read => eventsAfter(read, 0, 'all'));
	t.deepEqual(
		all.map(row => row.seq),
		[1, 2, 3, 4],
	);
	t.is(await store.read(lastSequence), 4);
});

test('a sandbox sees only its own events', async t => {
	const store = await openTestStore(t);
	for (const name of ['a', 'b', 'a']) {
		await store.write(write => addEvent(write, event(name)));
	}

	const own = await store.read(read => eventsAfter(read, 0, sandboxRow('a').id));
	t.deepEqual(
		own.map(row => row.seq),
		[1, 3],
	);
});

test('old events are forgotten beyond the bound, but none the exporter has not passed', async t => {
	const store = await openTestStore(t);
	await store.write(async write => {
		await addEvent(write, event('a'));
		await write
			.knex('counters')
			.where({name: 'events'})
			.update({value: eventMaxRows + 9});
		await addEvent(write, event('a'));
	});
	await store.write(write => pruneEvents(write, 0));
	t.is(await store.read(oldestResumable), 0);
	await store.write(write => pruneEvents(write, 4));
	t.is(await store.read(oldestResumable), 4);
	await store.write(write => pruneEvents(write, eventMaxRows));
	t.is(await store.read(oldestResumable), 10);
	t.is((await store.read(read => eventsAfter(read, 0, 'all'))).length, 1);
});
