import {chmod, mkdir, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	checkSocketPath,
	defaultSandboxName,
	workdirIdentity,
	writeSecret,
} from '../../cli/places.ts';
import {parseSandboxName} from '../../policies/model/names.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

for (const [workdir, start] of [
	['/home/a/My Project', 'my-project-'],
	['/', 'sandbox-'],
	['/home/a/__', 'sandbox-'],
	[`/x/${'long'.repeat(30)}`, 'longlong'],
] as const) {
	test(`the sandbox of ${workdir.slice(0, 24)} has a valid name of its own`, t => {
		const name = defaultSandboxName(workdir);
		t.true(name.startsWith(start), name);
		t.true(parseSandboxName(name).ok, name);
		t.true(name.endsWith(workdirIdentity(workdir).slice(0, 6)));
	});
}

test('a secret and its folder are for the owner only', async t => {
	const file = path.join(await temporaryDirectory(t), 'identity', 'key.pem');
	await writeSecret(file, 'secret');
	t.is((await stat(file)).mode & 0o777, 0o600);
	t.is((await stat(path.dirname(file))).mode & 0o777, 0o700);
});

test('no secret is written into a folder that others can change, or under one', async t => {
	const open = path.join(await temporaryDirectory(t), 'open');
	await mkdir(open);
	await chmod(open, 0o777);
	await t.throwsAsync(writeSecret(path.join(open, 'key.pem'), 'secret'), {
		message: /only you can write/,
	});
	await t.throwsAsync(writeSecret(path.join(open, 'identity/key.pem'), 'secret'), {
		message: /can be changed by other users/,
	});
	t.deepEqual(await readdir(path.join(open, 'identity')), []);
});

test('a socket path that the system cannot open is refused with a way out', t => {
	t.notThrows(() => checkSocketPath('/run/openshell/gateway.sock'));
	t.throws(() => checkSocketPath(`/${'x'.repeat(120)}`), {message: /shorter --state-dir/});
});
