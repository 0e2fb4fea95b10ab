import {chmod, mkdir} from 'node:fs/promises';
import {createServer} from 'node:net';
import path from 'node:path';
import test from 'ava';
import {runCli} from '../helpers/cli.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

test('a gateway in a folder that others can change is not asked', async t => {
	const home = await temporaryDirectory(t);
	const folder = path.join(home, 'run');
	await mkdir(folder);
	await chmod(folder, 0o777);
	let asked = 0;
	const impostor = createServer(socket => {
		asked += 1;
		socket.destroy();
	});
	await new Promise<void>(resolve => {
		impostor.listen(path.join(folder, 'gateway.sock'), resolve);
	});
	t.teardown(() => impostor.close());
	const {code, stderr} = await runCli(t, home, ['rule', 'get', '--runtime-dir', folder]);
	t.is(code, 1);
	t.regex(stderr, /can be changed by other users/);
	t.is(asked, 0);
});

test('what runs in a sandbox is told that it does not rule on itself', async t => {
	const home = await temporaryDirectory(t);
	for (const argv of [
		['rule', 'approve', 'chk_01', '--token', '0123456789ab'],
		['rule', 'get'],
		['settings', 'get'],
	]) {
		const {code, stdout, stderr} = await runCli(t, home, [...argv, '--state-dir', 'state'], {
			environment: {OPENSHELL_SANDBOX: 'demo'},
		});
		t.is(code, 1, argv.join(' '));
		t.is(stdout, '');
		t.regex(stderr, /inside sandbox 'demo'.*does not rule on itself.*policy\.local/s);
	}
});
