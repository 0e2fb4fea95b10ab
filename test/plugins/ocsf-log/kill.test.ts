import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import test from 'ava';
import {openOcsfLog} from '../../../plugins/ocsf-log/log.ts';
import {manualClock} from '../../helpers/manual-clock.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const child = new URL('../../helpers/log-writer.js', import.meta.url);

/** Starts a recorder, kills it after so many acknowledgements, and gives how many it had given. */
const killedAfter = async (folder: string, wanted: number): Promise<number> => {
	const recorder = spawn(process.execPath, [child.pathname, folder], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	let said = '';
	recorder.stdout.on('data', (chunk: Buffer) => {
		said += chunk;
		if (said.split('\n').length > wanted) {
			recorder.kill('SIGKILL');
		}
	});
	await once(recorder, 'close');
	return said.split('\n').length - 1;
};

test('what was acknowledged survives a SIGKILL at any moment, and the next boot knows of it', async t => {
	const folder = path.join(await temporaryDirectory(t), 'logs');
	const acknowledged: number[] = [];
	for (const wanted of [1, 2, 7, 23, 60]) {
		acknowledged.push(await killedAfter(folder, wanted));
	}

	const records = readdirSync(folder)
		.filter(name => name.startsWith('openshell-ocsf.'))
		.map(name => readFileSync(path.join(folder, name), 'utf8'))
		.join('');
	const revisions = new Map<number, Set<number>>();
	let torn = 0;
	for (const line of records.split('\n')) {
		try {
			const {metadata, unmapped} = JSON.parse(line);
			const boot = Number(/\d+$/.exec(metadata.log_source)?.[0]);
			revisions.set(boot, (revisions.get(boot) ?? new Set()).add(Number(unmapped?.policy_version)));
		} catch {
			torn += line === '' ? 0 : 1;
		}
	}

	t.true(torn <= acknowledged.length);
	for (const [index, count] of acknowledged.entries()) {
		for (let revision = 1; revision <= count; revision += 1) {
			t.true(
				revisions.get(index + 1)?.has(revision),
				`boot ${index + 1}, revision ${revision} of ${count}`,
			);
		}
	}

	const next = openOcsfLog({
		folder,
		component: 'proxy',
		version: '0.1.0',
		sandbox: {name: 'demo'},
		clock: manualClock(Date.now()),
		random: bytes => new Uint8Array(bytes),
		policy: () => undefined,
	});
	t.true(next.previousWasKilled);
	t.is(next.boot, acknowledged.length + 1);
	await next.close();
});
