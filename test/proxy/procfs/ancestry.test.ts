import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {describeProcess} from '../../../proxy/procfs/ancestry.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const uid = process.getuid?.() ?? 0;

type Fake = {readonly pid: number; readonly parent: number; readonly exe: string};

const makeProc = async (t: ExecutionContext, fakes: readonly Fake[]): Promise<string> => {
	const proc = await temporaryDirectory(t);
	for (const {pid, parent, exe} of fakes) {
		await mkdir(join(proc, `${pid}`));
		await symlink(exe, join(proc, `${pid}`, 'exe'));
		const rest = Array.from({length: 17}, () => '0').join(' ');
		await writeFile(join(proc, `${pid}`, 'stat'), `${pid} (a) b) S ${parent} ${rest} 4711 0\n`);
	}

	return proc;
};

test('the chain ends below the root process', async t => {
	const proc = await makeProc(t, [
		{pid: 40, parent: 30, exe: '/usr/bin/curl'},
		{pid: 30, parent: 20, exe: '/usr/bin/agent'},
		{pid: 20, parent: 10, exe: '/usr/bin/node'},
		{pid: 10, parent: 1, exe: '/bin/bash'},
	]);
	t.deepEqual(describeProcess({proc, uid, rootPid: 20}, 40), {
		ok: true,
		value: {pid: 40, binary: '/usr/bin/curl', ancestors: ['/usr/bin/agent']},
	});
	t.like(describeProcess({proc, uid, rootPid: undefined}, 40), {
		value: {ancestors: ['/usr/bin/agent', '/usr/bin/node', '/bin/bash']},
	});
});

test('a process that does not descend from the root process has no ancestors', async t => {
	const proc = await makeProc(t, [
		{pid: 40, parent: 30, exe: '/usr/bin/curl'},
		{pid: 30, parent: 1, exe: '/usr/bin/node'},
	]);
	t.like(describeProcess({proc, uid, rootPid: 20}, 40), {ok: true, value: {ancestors: []}});
});

test('an ancestor that cannot be told takes the whole chain with it', async t => {
	const proc = await makeProc(t, [
		{pid: 40, parent: 30, exe: '/usr/bin/curl'},
		{pid: 30, parent: 25, exe: '/usr/bin/agent'},
		{pid: 25, parent: 20, exe: '/usr/bin/shell (deleted)'},
		{pid: 20, parent: 1, exe: '/usr/bin/node'},
	]);
	t.like(describeProcess({proc, uid, rootPid: 20}, 40), {ok: true, value: {ancestors: []}});
});

test('a chain deeper than the bound has no ancestors below a root', async t => {
	const deep = Array.from({length: 70}, (_, index) => ({
		pid: 100 + index,
		parent: 101 + index,
		exe: `/bin/${index}`,
	}));
	const proc = await makeProc(t, deep);
	t.like(describeProcess({proc, uid, rootPid: 170}, 100), {ok: true, value: {ancestors: []}});
	t.like(describeProcess({proc, uid, rootPid: 120}, 100), {
		value: {ancestors: deep.slice(1, 20).map(each => each.exe)},
	});
});

for (const [title, exe] of [
	['a deleted executable', '/usr/bin/curl (deleted)'],
	['an executable in memory only', 'memfd:x'],
] as const) {
	test(`${title} is unknown`, async t => {
		const proc = await makeProc(t, [{pid: 40, parent: 1, exe}]);
		t.false(describeProcess({proc, uid, rootPid: undefined}, 40).ok);
	});
}

test("another user's process is unknown", async t => {
	const proc = await makeProc(t, [{pid: 40, parent: 1, exe: '/usr/bin/curl'}]);
	t.deepEqual(describeProcess({proc, uid: uid + 1, rootPid: undefined}, 40), {
		ok: false,
		error: 'process 40 belongs to another user',
	});
});
