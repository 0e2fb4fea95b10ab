import {chmod, chown, lchown, mkdir, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {Failure} from '../../cli/failure.ts';
import {maxFileBytes} from '../../cli/limits.ts';
import {readTrustedFile} from '../../cli/trusted-file.ts';
import {checkPathTo} from '../../cli/trusted-path.ts';
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

test('a link that somebody could let lead elsewhere is refused, wherever on the way it stands (X3)', async t => {
	const own = await temporaryDirectory(t);
	const open = await temporaryDirectory(t);
	await chmod(open, 0o777);
	await writeFile(path.join(own, 'policy.yaml'), 'version: 1\n', {mode: 0o600});
	const last = path.join(open, 'policy.yaml');
	const folder = path.join(open, 'folder');
	await symlink(path.join(own, 'policy.yaml'), last);
	await symlink(own, folder);
	await symlink(folder, path.join(own, 'through'));
	for (const file of [
		last,
		path.join(folder, 'policy.yaml'),
		path.join(own, 'through/policy.yaml'),
	]) {
		await t.throwsAsync(
			readTrustedFile(file, me),
			{message: /could replace the files in it/},
			file,
		);
	}

	if (me.uid === 0) {
		await chmod(open, 0o1777);
		t.is(await readTrustedFile(last, me), 'version: 1\n');
		await lchown(last, 12_345, 12_345);
		await t.throwsAsync(readTrustedFile(last, me), {message: /a link of another user/});
	}
});

test('links of our own are followed, also relative ones, but not in circles', async t => {
	const own = await temporaryDirectory(t);
	await mkdir(path.join(own, 'a/b'), {recursive: true});
	await writeFile(path.join(own, 'a/policy.yaml'), 'version: 1\n', {mode: 0o600});
	await symlink('../policy.yaml', path.join(own, 'a/b/link.yaml'));
	await symlink('a/b', path.join(own, 'short'));
	t.is(await readTrustedFile(path.join(own, 'short/link.yaml'), me), 'version: 1\n');
	await symlink('circle', path.join(own, 'circle'));
	await t.throwsAsync(readTrustedFile(path.join(own, 'circle'), me), {message: /Cannot read/});
	await t.throwsAsync(checkPathTo(path.join(own, 'circle'), me), {message: /too many links/});
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
