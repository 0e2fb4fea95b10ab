import {randomBytes} from 'node:crypto';
import path from 'node:path';
import {startGateway} from '../../../gateway/server/start.ts';
import {builtInWords} from '../../../plugins/words.ts';

/** A gateway as a process of its own, to be killed. */
const directory = process.argv[2] ?? '';
const running = await startGateway(
	{
		stateDirectory: path.join(directory, 's'),
		runtimeDirectory: path.join(directory, 'r'),
		version: '0.0.0-test',
	},
	{
		now: () => Date.now(),
		random: count => randomBytes(count),
		pid: process.pid,
		uid: process.getuid?.() ?? -1,
		userName: 'tester',
		words: builtInWords,
		async append() {},
		onFault() {},
	},
);
process.send?.({socketPath: running.socketPath, sandboxUrl: running.sandboxUrl});
