import fs from 'node:fs';
import path from 'node:path';

/** The calls of `node:fs` that the log makes, as an argument, so that a test can be a full disk. */
export type FileCalls = Pick<
	typeof fs,
	| 'closeSync'
	| 'fdatasync'
	| 'fdatasyncSync'
	| 'fstatSync'
	| 'fsyncSync'
	| 'mkdirSync'
	| 'openSync'
	| 'readSync'
	| 'readdirSync'
	| 'unlinkSync'
	| 'writeSync'
>;

/** The files of one log: one a day. */
export type Series = {
	readonly folder: string;
	readonly prefix: string;
	/** The newest that stay, today's included. */
	readonly keptFiles: number;
};

/** One day's file, open for appending. */
export type DayFile = {
	readonly descriptor: number;
	readonly day: string;
	/** Bytes it already held. */
	readonly size: number;
	/** Bytes of a last line that a crash cut short; it has been closed with a newline. */
	readonly tornBytes: number;
};

/** `2026-11-21`: the UTC day that names a file. */
export const dayOf = (milliseconds: number): string =>
	new Date(milliseconds).toISOString().slice(0, 10);

/**
Opens `<prefix>.<day>.log` for appending: 0600, in a folder of 0700, never through a link. A torn
last line is closed, not repaired: recovery rewrites nothing. A new file makes the folder forget
all but the newest `keptFiles`, by name, also those of earlier processes.
@throws what the file system says; the caller keeps yesterday's file.
*/
export const openDayFile = (
	calls: FileCalls,
	{folder, prefix, keptFiles}: Series,
	day: string,
): DayFile => {
	calls.mkdirSync(folder, {recursive: true, mode: 0o700});
	const {O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW} = fs.constants;
	const file = path.join(folder, `${prefix}.${day}.log`);
	const descriptor = calls.openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
	const {size} = calls.fstatSync(descriptor);
	const tornBytes = size > 0 ? closeTornLine(calls, descriptor, size) : 0;
	if (size === 0) {
		syncFolder(calls, folder);
		prune(calls, folder, prefix, keptFiles);
	}

	return {descriptor, day, size, tornBytes};
};

/** The files of a prefix, oldest first; nothing else in the folder is ours. */
export const dayFiles = (
	calls: Pick<FileCalls, 'readdirSync'>,
	folder: string,
	prefix: string,
): readonly string[] => {
	const pattern = new RegExp(`^${prefix}\\.\\d{4}-\\d\\d-\\d\\d\\.log$`);
	return calls
		.readdirSync(folder)
		.filter(name => pattern.test(name))
		.toSorted();
};

const newline = 0x0a;

function closeTornLine(calls: FileCalls, descriptor: number, size: number): number {
	const last = Buffer.alloc(1);
	calls.readSync(descriptor, last, 0, 1, size - 1);
	if (last[0] === newline) {
		return 0;
	}

	const tail = Buffer.alloc(Math.min(size, 64 * 1024));
	calls.readSync(descriptor, tail, 0, tail.length, size - tail.length);
	calls.writeSync(descriptor, '\n');
	return tail.length - (tail.lastIndexOf(newline) + 1);
}

/** A new name is durable only when its folder is. Not every file system can: then there is nothing to do. */
function syncFolder(calls: FileCalls, folder: string): void {
	try {
		const descriptor = calls.openSync(folder, 'r');
		try {
			calls.fsyncSync(descriptor);
		} finally {
			calls.closeSync(descriptor);
		}
	} catch {
		return;
	}
}

function prune(calls: FileCalls, folder: string, prefix: string, keptFiles: number): void {
	for (const name of dayFiles(calls, folder, prefix).slice(0, -keptFiles)) {
		try {
			calls.unlinkSync(path.join(folder, name));
		} catch {
			return;
		}
	}
}
