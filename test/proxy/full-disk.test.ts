import {spawn, spawnSync} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {collect} from '../helpers/cli.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

const mount = 'mount -t tmpfs -o size=2m,mode=700 tmpfs "$0"';
const unshare = ['--user', '--map-root-user', '--mount'];

/** A user of its own and a mount that nobody else sees: not every system lets us. */
const canMount = (folder: string): boolean =>
	spawnSync('unshare', [...unshare, 'sh', '-c', mount, folder]).status === 0;

test('on a full disk nothing new goes through, its answer says why, and freed space ends it', async t => {
	t.timeout(60_000);
	const folder = await temporaryDirectory(t);
	if (!canMount(folder)) {
		t.log('skipped: this system lets no test mount a small file system');
		t.pass();
		return;
	}

	const helper = fileURLToPath(new URL('../helpers/full-disk.js', import.meta.url));
	const child = spawn('unshare', [
		...[...unshare, 'sh', '-c', `${mount} && exec "$1" "$2" "$0"`],
		...[folder, process.execPath, helper],
	]);
	t.teardown(() => child.kill('SIGKILL'));
	const errors = collect(child.stderr);
	const said = await collect(child.stdout);
	t.not(said, '', await errors);
	const {full, freed} = JSON.parse(said);
	t.like(full, {
		error: 'overloaded',
		code: 'log_unwritable',
		reason: 'the log cannot be written, and nothing goes through unrecorded',
	});
	t.regex(full.agent_guidance, /disk of the log is full \(free space on it\)/);
	t.like(freed, {error: 'policy_denied', code: 'no_endpoint'});
});
