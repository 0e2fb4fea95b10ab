import {readdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {seenForMs} from '../../cli/limits.ts';
import {seenMemory} from '../../cli/seen.ts';
import {makeChunk} from '../helpers/chunk.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

test('what was shown is remembered with its token, for the owner only', async t => {
	const state = await temporaryDirectory(t);
	const chunk = makeChunk();
	const memory = seenMemory(state, () => 1000);
	t.is(await memory.recall(chunk), undefined);
	await memory.remember(chunk, ['a', 'b']);
	t.deepEqual(await memory.recall(chunk), {
		review_token: chunk.review_token,
		at: 1000,
		lines: ['a', 'b'],
	});
	t.is((await stat(path.join(state, 'seen'))).mode & 0o777, 0o700);
	t.is((await stat(path.join(state, 'seen', `${chunk.id}.json`))).mode & 0o777, 0o600);
});

test('after 15 minutes it must be shown again, and so must what was seen in the future', async t => {
	const state = await temporaryDirectory(t);
	const chunk = makeChunk();
	await seenMemory(state, () => 1000).remember(chunk, []);
	t.truthy(await seenMemory(state, () => 1000 + seenForMs).recall(chunk));
	t.is(await seenMemory(state, () => 1001 + seenForMs).recall(chunk), undefined);
	t.is(await seenMemory(state, () => 999).recall(chunk), undefined);
});

test('what is ruled on is forgotten, and what is old is cleared away', async t => {
	const state = await temporaryDirectory(t);
	const [one, other] = [makeChunk({id: 'chk_1'}), makeChunk({id: 'chk_2'})];
	await seenMemory(state, () => 1000).remember(one, []);
	await seenMemory(state, () => 2000 + seenForMs).remember(other, []);
	t.deepEqual(await readdir(path.join(state, 'seen')), ['chk_2.json']);
	await seenMemory(state, () => 2000 + seenForMs).forget(other);
	t.deepEqual(await readdir(path.join(state, 'seen')), []);
});

test('a damaged memory is no memory, and an id that is a path is refused', async t => {
	const state = await temporaryDirectory(t);
	const chunk = makeChunk();
	const memory = seenMemory(state, () => 1000);
	await memory.remember(chunk, []);
	await writeFile(path.join(state, 'seen', `${chunk.id}.json`), '{"at":1000}');
	t.is(await memory.recall(chunk), undefined);
	await t.throwsAsync(memory.remember(makeChunk({id: '../../x'}), []), {instanceOf: TypeError});
});
