import {link, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {StoreError} from '../../../gateway/store/handles.ts';
import {findSandbox, insertSandbox, listSandboxes} from '../../../gateway/store/sandboxes.ts';
import {writeSetting} from '../../../gateway/store/settings.ts';
import type {SandboxName} from '../../../policies/model/names.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {openTestStore, sandboxRow} from '../helpers/store.ts';

test('every commit is synced: WAL with synchronous=FULL and foreign keys', async t => {
	const store = await openTestStore(t);
	const pragma = (name: string): Promise<unknown> =>
		store.read(({knex}) => knex.raw(`PRAGMA ${name}`));
	t.deepEqual(await pragma('journal_mode'), [{journal_mode: 'wal'}]);
	t.deepEqual(await pragma('synchronous'), [{synchronous: 2}]);
	t.deepEqual(await pragma('foreign_keys'), [{foreign_keys: 1}]);
	t.deepEqual(await pragma('busy_timeout'), [{timeout: 5000}]);
});

test('what is thrown inside a write undoes all of it and nothing of its neighbours', async t => {
	const store = await openTestStore(t);
	const writes = await Promise.allSettled(
		['a', 'b', 'c'].map(name =>
			store.write(async write => {
				await insertSandbox(write, sandboxRow(name));
				await new Promise(resolve => {
					setImmediate(resolve);
				});
				if (name === 'b') {
					throw new Error('changed my mind');
				}
			}),
		),
	);
	t.deepEqual(
		writes.map(write => write.status),
		['fulfilled', 'rejected', 'fulfilled'],
	);
	const names = (await store.read(listSandboxes)).map(row => row.name as string);
	t.deepEqual(names, ['a', 'c']);
});

test('a full disk fails the whole unit with a StoreError, and the next one works again', async t => {
	const store = await openTestStore(t);
	await store.read(({knex}) => knex.raw('PRAGMA max_page_count=1'));
	const error = await t.throwsAsync(
		store.write(async write => {
			await insertSandbox(write, sandboxRow('a'));
			for (let index = 0; index < 100; index++) {
				await writeSetting(write, 'global', `key${index}`, 'x'.repeat(4000));
			}
		}),
		{instanceOf: StoreError},
	);
	t.false(error.message.includes('xxx'));
	t.deepEqual(await store.read(listSandboxes), []);
	await store.read(({knex}) => knex.raw('PRAGMA max_page_count=100000'));
	await store.write(write => insertSandbox(write, sandboxRow('b')));
	t.like(await store.read(read => findSandbox(read, 'b' as SandboxName)), {name: 'b'});
});

test('listeners hear of a commit, never of a roll-back', async t => {
	const store = await openTestStore(t);
	let commits = 0;
	store.onCommit(() => commits++);
	await store.write(write => insertSandbox(write, sandboxRow('a')));
	await t.throwsAsync(
		store.write(async () => {
			throw new Error('no');
		}),
	);
	await store.read(listSandboxes);
	t.is(commits, 1);
});

test('the epoch belongs to the database file', async t => {
	const directory = await temporaryDirectory(t);
	const first = await openTestStore(t, path.join(directory, 'a', 'g.db'));
	await first.close();
	const again = await openTestStore(t, path.join(directory, 'a', 'g.db'));
	const other = await openTestStore(t, path.join(directory, 'b', 'g.db'));
	t.is(again.epoch, first.epoch);
	t.not(other.epoch, first.epoch);
	t.regex(first.epoch, /^[0-9a-f]{32}$/);
});

test('a database of a newer gateway is left alone', async t => {
	const file = path.join(await temporaryDirectory(t), 's', 'g.db');
	const store = await openTestStore(t, file);
	await store.write(async ({knex}) => {
		await knex('meta').where({key: 'schema_version'}).update({value: '99'});
	});
	await store.close();
	await t.throwsAsync(openTestStore(t, file), {message: /newer openshell/});
});

test('a database that is a link or not a database is refused', async t => {
	const directory = await temporaryDirectory(t);
	await writeFile(path.join(directory, 'real'), 'not a database, really not one at all');
	await symlink(path.join(directory, 'real'), path.join(directory, 'link.db'));
	await t.throwsAsync(openTestStore(t, path.join(directory, 'link.db')), {instanceOf: StoreError});
	await writeFile(path.join(directory, 'empty'), '');
	await link(path.join(directory, 'empty'), path.join(directory, 'hard.db'));
	await t.throwsAsync(openTestStore(t, path.join(directory, 'hard.db')), {instanceOf: StoreError});
	await t.throwsAsync(openTestStore(t, path.join(directory, 'real')), {instanceOf: StoreError});
});
