import {chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {stallMs} from '../../../plugins/ocsf-log/limits.ts';
import type {Loss} from '../../../plugins/ocsf-log/loss.ts';
import {LineWriter, type WriterOptions} from '../../../plugins/ocsf-log/writer.ts';
import {type FaultyDisk, faultyDisk} from '../../helpers/disk.ts';
import {type ManualClock, manualClock, turn} from '../../helpers/manual-clock.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

type Setup = {
	readonly folder: string;
	readonly disk: FaultyDisk;
	readonly clock: ManualClock;
	readonly losses: Loss[];
	readonly open: (limits?: WriterOptions['limits']) => LineWriter;
};

const setup = async (t: ExecutionContext): Promise<Setup> => {
	const folder = path.join(await temporaryDirectory(t), 'logs');
	const disk = faultyDisk();
	const clock = manualClock(Date.UTC(2026, 10, 21, 23, 59, 58));
	const losses: Loss[] = [];
	return {
		folder,
		disk,
		clock,
		losses,
		open: limits =>
			new LineWriter({
				folder,
				prefix: 'x',
				calls: disk,
				clock,
				onLoss: loss => losses.push(loss),
				...(limits ? {limits} : {}),
			}),
	};
};

const linesOf = (folder: string, day = '2026-11-21') =>
	readFileSync(path.join(folder, `x.${day}.log`), 'utf8')
		.split('\n')
		.slice(0, -1);

test('lines of one loop turn are one write, in order, in a file only its owner reads', async t => {
	const {folder, disk, open} = await setup(t);
	const writer = open();
	for (let index = 0; index < 50; index += 1) {
		t.true(writer.emit(index, `line ${index}`));
	}

	await turn();
	t.is(disk.writes, 1);
	t.is(linesOf(folder).length, 50);
	t.is(linesOf(folder)[49], 'line 49');
	t.is(statSync(path.join(folder, 'x.2026-11-21.log')).mode & 0o777, 0o600);
	t.is(statSync(folder).mode & 0o777, 0o700);
	await writer.close();
});

test('a short write is finished: no line is torn', async t => {
	const {folder, disk, open} = await setup(t);
	disk.takes = 7;
	const writer = open();
	writer.emit(1, 'a line that is longer than seven bytes');
	writer.emit(2, 'another');
	await turn();
	t.deepEqual(linesOf(folder), ['a line that is longer than seven bytes', 'another']);
	await writer.close();
});

test('a commit resolves after the sync, and all that wait share one', async t => {
	const {folder, disk, open} = await setup(t);
	const writer = open();
	const commits = Promise.all([
		writer.commit(1, 'a'),
		writer.commit(2, 'b'),
		writer.commit(3, 'c'),
	]);
	t.is(disk.syncs, 0);
	await commits;
	t.is(disk.syncs, 1);
	t.deepEqual(linesOf(folder), ['a', 'b', 'c']);
	await writer.close();
});

test('a full disk keeps the queue, says so, and loses nothing when space returns', async t => {
	const {folder, disk, clock, losses, open} = await setup(t);
	const writer = open();
	disk.writeError = 'ENOSPC';
	writer.emit(1, 'kept');
	await turn();
	t.false(writer.isWritable());
	await clock.advance(1000);
	t.false(writer.isWritable());

	disk.writeError = undefined;
	await clock.advance(1000);
	t.true(writer.isWritable());
	t.deepEqual(linesOf(folder), ['kept']);
	t.deepEqual(losses, []);
	await writer.close();
});

test('a write cut by a full disk goes on where it stopped', async t => {
	const {folder, disk, clock, open} = await setup(t);
	const writer = open();
	disk.takes = 3;
	const write = disk.writeSync;
	let left = 2;
	disk.writeSync = ((...args: Parameters<typeof write>) => {
		left -= 1;
		disk.writeError = left < 0 ? 'ENOSPC' : undefined;
		return write(...args);
	}) as typeof write;
	writer.emit(1, 'abcdefghij');
	await turn();
	disk.writeSync = write;
	disk.writeError = undefined;
	await clock.advance(1000);
	t.deepEqual(linesOf(folder), ['abcdefghij']);
	await writer.close();
});

test('a commit on a full disk fails after the stall time, and the next one at once', async t => {
	const {disk, clock, open} = await setup(t);
	const writer = open();
	disk.writeError = 'ENOSPC';
	const waiting = t.throwsAsync(writer.commit(1, 'a'), {message: /ENOSPC/});
	await turn();
	await clock.advance(1000);
	await clock.advance(stallMs);
	await waiting;
	await t.throwsAsync(writer.commit(2, 'b'), {message: /cannot be written \(ENOSPC.*free space/});
	disk.writeError = undefined;
	await writer.close();
});

test('beyond the queue lines are dropped, and the report names exactly which', async t => {
	const {folder, disk, clock, losses, open} = await setup(t);
	const writer = open({queuedBytes: 20});
	disk.writeError = 'ENOSPC';
	t.true(writer.emit(1, '123456789'));
	t.true(writer.emit(2, '123456789'));
	t.false(writer.emit(3, 'x'));
	t.false(writer.emit(4, 'y'));
	await turn();
	disk.writeError = undefined;
	await clock.advance(1000);
	t.deepEqual(losses, [
		{count: 2, firstSequence: 3, lastSequence: 4, cause: 'too many lines at once'},
	]);
	t.is(linesOf(folder).length, 2);
	await writer.close();
});

test("when the day's space is used up telemetry stops, decisions go on, and the writer is not writable", async t => {
	const {folder, clock, losses, open} = await setup(t);
	const writer = open({dayBytes: 11, reserveBytes: 100});
	t.true(writer.emit(1, '1234567890'));
	await turn();
	t.false(writer.emit(2, 'shed'));
	t.false(writer.isWritable());
	await writer.commit(3, 'decision');
	t.deepEqual(losses, []);

	await clock.advance(3000);
	t.true(writer.isWritable());
	t.true(writer.emit(4, 'new day'));
	await turn();
	t.is(losses[0]?.count, 1);
	t.deepEqual(linesOf(folder), ['1234567890', 'decision']);
	t.deepEqual(linesOf(folder, '2026-11-22'), ['new day']);
	await writer.close();
});

test('a failed sync fails the commit, is counted, and a new descriptor takes over', async t => {
	const {disk, losses, open} = await setup(t);
	const writer = open();
	disk.syncError = 'EIO';
	await t.throwsAsync(writer.commit(1, 'a'), {message: /EIO/});
	disk.syncError = undefined;
	await writer.commit(2, 'b');
	t.is(losses[0]?.count, 1);
	t.regex(losses[0]?.cause ?? '', /EIO.*may not be durable/);
	await writer.close();
});

test('at midnight UTC the next write begins a new file, and three stay', async t => {
	const {folder, clock, open} = await setup(t);
	const writer = open();
	writeFileSync(path.join(folder, 'foreign.txt'), '');
	writeFileSync(path.join(folder, 'x.2026-01-01.log'), 'old\n');
	for (let day = 0; day < 4; day += 1) {
		await writer.commit(day, `day ${day}`);
		await clock.advance(86_400_000);
	}

	await writer.close();
	t.deepEqual(readdirSync(folder).toSorted(), [
		'foreign.txt',
		'x.2026-11-22.log',
		'x.2026-11-23.log',
		'x.2026-11-24.log',
	]);
});

test("if today's file cannot be opened the line goes into yesterday's", async t => {
	const {folder, disk, clock, open} = await setup(t);
	const writer = open();
	await writer.commit(1, 'a');
	await clock.advance(3000);
	disk.openError = 'EACCES';
	await writer.commit(2, 'b');
	t.deepEqual(linesOf(folder), ['a', 'b']);
	disk.openError = undefined;
	await writer.commit(3, 'c');
	t.deepEqual(linesOf(folder, '2026-11-22'), ['c']);
	await writer.close();
});

test('a line begun before midnight ends in the file it began in', async t => {
	const {folder, disk, clock, open} = await setup(t);
	const writer = open();
	disk.takes = 4;
	const write = disk.writeSync;
	let left = 1;
	disk.writeSync = ((...args: Parameters<typeof write>) => {
		left -= 1;
		disk.writeError = left < 0 ? 'ENOSPC' : undefined;
		return write(...args);
	}) as typeof write;
	writer.emit(1, 'begun on the 21st');
	await turn();
	disk.writeSync = write;
	disk.writeError = undefined;
	writer.emit(2, 'said on the 21st, written on the 22nd');
	await clock.advance(3000);
	t.is(linesOf(folder)[0], 'begun on the 21st');
	await writer.commit(3, 'the 22nd');
	t.deepEqual(linesOf(folder, '2026-11-22').at(-1), 'the 22nd');
	await writer.close();
});

test('a line torn by a crash is closed at open, not repaired, and counted', async t => {
	const {folder, open} = await setup(t);
	await open().close();
	writeFileSync(path.join(folder, 'x.2026-11-21.log'), 'whole\n{"torn":');
	const writer = open();
	t.is(writer.tornBytes, 8);
	await writer.commit(1, 'next');
	t.deepEqual(linesOf(folder), ['whole', '{"torn":', 'next']);
	await writer.close();
});

test('a link in place of the file is not followed', async t => {
	const {folder, open} = await setup(t);
	await open().close();
	const target = path.join(folder, 'target');
	writeFileSync(target, '');
	chmodSync(folder, 0o700);
	const {folder: other, open: openOther} = await setup(t);
	await openOther().close();
	const file = path.join(other, 'x.2026-11-22.log');
	symlinkSync(target, file);
	const clock = manualClock(Date.UTC(2026, 10, 22));
	const error = t.throws(
		() =>
			new LineWriter({
				folder: other,
				prefix: 'x',
				calls: faultyDisk(),
				clock,
				onLoss: () => undefined,
			}),
	) as NodeJS.ErrnoException;
	t.is(error.code, 'ELOOP');
});

test('after close nothing is taken, and nobody waits for ever', async t => {
	const {disk, open} = await setup(t);
	const writer = open();
	await writer.close();
	t.false(writer.emit(1, 'late'));
	await t.throwsAsync(writer.commit(2, 'late'), {message: /closed/});

	const stuck = open();
	disk.writeError = 'ENOSPC';
	const waiting = t.throwsAsync(stuck.commit(1, 'a'), {message: /closed before/});
	await turn();
	await stuck.close();
	await waiting;
});
