import {mkdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'ava';
import {makeLogReader} from '../../../plugins/ocsf-log/reader.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const all = () => true;

test('without a file there is no log, and that is said', async t => {
	const folder = await temporaryDirectory(t);
	t.deepEqual(await makeLogReader({folder, prefix: 'openshell'}).lines(5, all), {
		lines: [],
		log_available: false,
	});
	t.deepEqual(
		await makeLogReader({folder: path.join(folder, 'none'), prefix: 'openshell'}).lines(5, all),
		{
			lines: [],
			log_available: false,
		},
	);
});

test('lines come last first, from the newest two shorthand files only', async t => {
	const folder = await temporaryDirectory(t);
	const write = (name: string, text: string, minute: number) => {
		writeFileSync(path.join(folder, name), text);
		utimesSync(path.join(folder, name), minute * 60, minute * 60);
	};
	write('openshell.2026-11-19.log', 'too old\n', 1);
	write('openshell.2026-11-20.log', 'one\ntwo\n', 2);
	write('openshell.2026-11-21.log', 'three\nfour\nfive\n', 3);
	write('openshell-ocsf.2026-11-21.log', '{}\n', 4);
	symlinkSync('/etc/hostname', path.join(folder, 'openshell.link.log'));
	mkdirSync(path.join(folder, 'openshell.folder'));
	const reader = makeLogReader({folder, prefix: 'openshell'});
	t.deepEqual((await reader.lines(4, all)).lines, ['five', 'four', 'three', 'two']);
	t.deepEqual((await reader.lines(100, all)).lines, ['five', 'four', 'three', 'two', 'one']);
	t.deepEqual((await reader.lines(2, line => line.includes('o'))).lines, ['four', 'two']);
	t.deepEqual((await reader.lines(0, all)).lines, []);
});

test('queries are taken out and long lines cut, as the contract says', async t => {
	const folder = await temporaryDirectory(t);
	writeFileSync(
		path.join(folder, 'openshell.2026-11-21.log'),
		`GET http://h/x?access_token=secret-token-1234 [policy:p]\n${'é'.repeat(3000)}\n`,
	);
	const {lines} = await makeLogReader({folder, prefix: 'openshell'}).lines(5, all);
	t.is(lines[1], 'GET http://h/x?[redacted] [policy:p]');
	t.is(lines[0], `${'é'.repeat(2048)}...[truncated]`);
});

test('a file far larger than one read gives the same lines', async t => {
	const folder = await temporaryDirectory(t);
	const lines = Array.from(
		{length: 20_000},
		(_, index) => `line ${index} ${'x'.repeat(index % 97)}`,
	);
	writeFileSync(path.join(folder, 'openshell.2026-11-21.log'), `${lines.join('\n')}\n`);
	const read = await makeLogReader({folder, prefix: 'openshell'}).lines(20_000, all);
	t.deepEqual(read.lines, lines.toReversed());
});
