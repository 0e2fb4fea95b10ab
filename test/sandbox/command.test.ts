import process from 'node:process';
import test from 'ava';
import {startCommand} from '../../sandbox/command.ts';

const start = (script: string, environment = {}) =>
	startCommand({
		file: '/bin/sh',
		parameters: ['-c', script],
		environment: {PATH: '/usr/bin:/bin', ...environment},
		workdir: '/',
	});

test("the command's own exit code is given", async t => {
	t.is(await (await start('exit 7')).ended, 7);
});

test('the command sees the given variables only', async t => {
	t.is(await (await start('[ "$A" = b ] && [ -z "$NODE_ENV" ]', {A: 'b'})).ended, 0);
});

test('a signal reaches the command and its end is told as a shell tells it', async t => {
	const command = await start('exec sleep 60');
	command.signal('SIGTERM');
	t.is(await command.ended, 143);
	t.throws(() => process.kill(command.pid, 0));
});

test('a command that cannot be started is a reason, not an exit code', async t => {
	const missing = startCommand({file: '/no/such', parameters: [], environment: {}, workdir: '/'});
	await t.throwsAsync(missing, {code: 'ENOENT'});
});
