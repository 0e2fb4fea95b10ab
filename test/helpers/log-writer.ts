import {randomBytes} from 'node:crypto';
import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import {openOcsfLog} from '../../plugins/ocsf-log/log.ts';

/** A process that records without end, and says on stdout how often it was acknowledged: made to be killed. */
const log = openOcsfLog({
	folder: process.argv[2] ?? '',
	component: 'proxy',
	version: '0.1.0',
	sandbox: {name: 'demo'},
	clock: {
		now: () => Date.now(),
		sleep: (ms, signal) => sleep(ms, undefined, {signal}).catch(() => undefined),
	},
	random: bytes => randomBytes(bytes),
	policy: () => undefined,
});

for (let revision = 1; ; revision += 1) {
	const at = Date.now();
	void log.record({
		kind: 'net.open.allowed',
		at,
		connection: 'con',
		host: 'h.example',
		port: 443,
		engine: 'opa',
		because: 'endpoint',
	});
	await log.record({kind: 'policy.loaded', at, source: 'file', revision, hash: 'a', ruleCount: 0});
	process.stdout.write(`${revision}\n`);
}
