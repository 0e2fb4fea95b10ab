import fs from 'node:fs';
import path from 'node:path';
import {dayFiles, type FileCalls} from './files.ts';
import {tailBytes} from './limits.ts';

/** What the record says of the process before this one. */
export type LastBoot = {
	readonly boot: number;
	/** It wrote its last line itself; otherwise it was killed. */
	readonly wasStopped: boolean;
};

/** Read from the end of the newest record that has a whole line; undefined when there is none. */
export const readLastBoot = (
	calls: FileCalls,
	folder: string,
	prefix: string,
): LastBoot | undefined => {
	for (const name of dayFiles(calls, folder, prefix).toReversed()) {
		const found = lastBootIn(tailOf(calls, path.join(folder, name)));
		if (found !== undefined) {
			return found;
		}
	}

	return undefined;
};

type Line = {readonly boot: number; readonly code: string};

function lastBootIn(text: string): LastBoot | undefined {
	const lines = text.split('\n').flatMap(lineOf);
	const last = lines.at(-1);
	return (
		last && {
			boot: last.boot,
			wasStopped: lines.some(({boot, code}) => boot === last.boot && code === 'proxy.stopped'),
		}
	);
}

/** A torn or foreign line is skipped; its neighbours still count. */
function lineOf(text: string): readonly Line[] {
	try {
		const {metadata} = JSON.parse(text) as {
			readonly metadata: {readonly log_source: string; readonly event_code: string};
		};
		const boot = Number(/\/boot-(\d+)$/.exec(metadata.log_source)?.[1]);
		return Number.isSafeInteger(boot) ? [{boot, code: metadata.event_code}] : [];
	} catch {
		return [];
	}
}

function tailOf(calls: FileCalls, file: string): string {
	const descriptor = calls.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
	try {
		const {size} = calls.fstatSync(descriptor);
		const tail = Buffer.alloc(Math.min(size, tailBytes));
		calls.readSync(descriptor, tail, 0, tail.length, size - tail.length);
		return tail.toString('utf8');
	} finally {
		calls.closeSync(descriptor);
	}
}
