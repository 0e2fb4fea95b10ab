import {chmod, chown, mkdir, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {Failure} from '../../cli/failure.ts';
import {maxFileBytes} from '../../cli/limits.ts';
import {readTrustedFile} from '../../cli/trusted-file.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

const me = {uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0};

test('a file that only its owner can write is read', async t => {
	const file = path.join(await temporaryDirectory(t), 'policy.yaml');
	await writeFile(file, 'version: 1\n', {mode: 0o600});
	t.is(await readTrustedFile(file, me), 'version: 1\n');
});

test('a file that others can write is refused with the command that mends it', async t => {
	const file = path.join(await temporaryDirectory(t), 'policy.yaml');
	await writeFile(file, 'version: 1\n');
	await chmod(file, 0o666);
	const error = await t.throwsAsync(readTrustedFile(file, me), {instanceOf: Failure});
	t.regex(error?.message ?? '', /can be written by other users.*chmod go-w/);
});

test("a file of a foreign group is refused, one of the user's private group is not", async t => {
	const file = path.join(await temporaryDirectory(t), 'policy.yaml');
	await writeFile(file, 'version: 1\n');
	await chmod(file, 0o660);
	await t.throwsAsync(readTrustedFile(file, {uid: me.uid, gid: me.gid + 1}), {instanceOf: Failure});
	if (me.uid === me.gid) {
		t.is(await readTrustedFile(file, me), 'version: 1\n');
	}
});

test('a folder that others can write is as bad as a file', async t => {
	const folder = path.join(await temporaryDirectory(t), 'open');
	await mkdir(folder);
	const file = path.join(folder, 'policy.yaml');
	await writeFile(file, 'version: 1\n', {mode: 0o600});
	await chmod(folder, 0o777);
	await t.throwsAsync(readTrustedFile(file, me), {message: /could replace the files in it/});
	const link = path.join(await temporaryDirectory(t), 'link.yaml');
	await symlink(file, link);
	await t.throwsAsync(readTrustedFile(link, me), {message: /could replace the files in it/});
	await chmod(folder, 0o1777);
	t.is(await readTrustedFile(file, me), 'version: 1\n');
});

test("another user's file is refused, root's is not", async t => {
	const file = path.join(await temporaryDirectory(t), 'policy.yaml');
	await writeFile(file, 'version: 1\n', {mode: 0o600});
	if (me.uid === 0) {
		// Root may write for anybody anyway, so root's files are nobody's danger.
		t.is(await readTrustedFile(file, {uid: 1, gid: 1}), 'version: 1\n');
		await chown(file, 12_345, 12_345);
		await t.throwsAsync(readTrustedFile(file, me), {message: /belongs to another user/});
	} else {
		const stranger = {uid: me.uid + 1, gid: me.gid + 1};
		await t.throwsAsync(readTrustedFile(file, stranger), {message: /belongs to another user/});
	}
});

test('what is no regular file, missing or too large is refused with a reason', async t => {
	const folder = await temporaryDirectory(t);
	await t.throwsAsync(readTrustedFile(folder, me), {message: /not a regular file/});
	await t.throwsAsync(readTrustedFile(path.join(folder, 'none'), me), {message: /Cannot read/});
	const big = path.join(folder, 'big');
	await writeFile(big, Buffer.alloc(maxFileBytes + 1));
	await t.throwsAsync(readTrustedFile(big, me), {message: /at most 1048576 are read/});
});
