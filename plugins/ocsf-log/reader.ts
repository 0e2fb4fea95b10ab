import {constants} from 'node:fs';
import {type FileHandle, open, readdir} from 'node:fs/promises';
import path from 'node:path';
import {redactQuery} from '../../policies/model/mask-path.ts';
import type {LogLines, LogReader} from '../../policies/model/plugin.ts';
import {chunkBytes, maxReadBytes, readFiles} from './limits.ts';

/**
The shorthand files, read from their ends: the newest two by time of change, last line first, no
query strings, 4096 bytes a line (contract §3.6).
*/
export const makeLogReader = ({
	folder,
	prefix,
}: {
	readonly folder: string;
	readonly prefix: string;
}): LogReader => ({
	async lines(count, matches): Promise<LogLines> {
		const files = await newestFiles(folder, prefix);
		try {
			return {lines: await take(count, files, matches), log_available: files.length > 0};
		} finally {
			await Promise.all(files.map(({handle}) => handle.close()));
		}
	},
});

async function take(
	count: number,
	files: readonly OpenFile[],
	matches: (line: string) => boolean,
): Promise<readonly string[]> {
	const lines: string[] = [];
	for (const {handle, size} of files) {
		for await (const line of linesFromEnd(handle, size)) {
			if (lines.length >= count) {
				return lines;
			}

			if (matches(line)) {
				lines.push(redactQuery(line));
			}
		}
	}

	return lines;
}

type OpenFile = {
	readonly handle: FileHandle;
	readonly size: number;
	readonly changedAt: number;
	readonly name: string;
};

/** A file that has gone, or is a link, is not read. */
async function newestFiles(folder: string, prefix: string): Promise<readonly OpenFile[]> {
	const names = await readdir(folder).catch(() => []);
	const ours = names.filter(name => name.startsWith(`${prefix}.`) && name.endsWith('.log'));
	const opened = (await Promise.all(ours.map(name => openFile(path.join(folder, name))))).flat();
	const newestFirst = opened.toSorted(
		(a, b) => b.changedAt - a.changedAt || (a.name < b.name ? 1 : -1),
	);
	await Promise.all(newestFirst.slice(readFiles).map(({handle}) => handle.close()));
	return newestFirst.slice(0, readFiles);
}

async function openFile(file: string): Promise<readonly OpenFile[]> {
	try {
		const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
		const {size, mtimeMs} = await handle.stat();
		return [{handle, size, changedAt: mtimeMs, name: file}];
	} catch {
		return [];
	}
}

/** Whole lines, last first, from at most the last `maxReadBytes` of the file. */
async function* linesFromEnd(handle: FileHandle, size: number): AsyncGenerator<string> {
	const start = Math.max(0, size - maxReadBytes);
	let position = size;
	let rest: Buffer = Buffer.alloc(0);
	while (position > start) {
		const length = Math.min(chunkBytes, position - start);
		position -= length;
		const chunk = Buffer.alloc(length);
		await handle.read(chunk, 0, length, position);
		const lines = splitLines(Buffer.concat([chunk, rest]));
		rest = lines.shift() ?? Buffer.alloc(0);
		yield* lines
			.reverse()
			.filter(line => line.length > 0)
			.map(String);
	}

	if (start === 0 && rest.length > 0) {
		yield rest.toString('utf8');
	}
}

function splitLines(bytes: Buffer): Buffer[] {
	const lines: Buffer[] = [];
	let from = 0;
	for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', from)) {
		lines.push(bytes.subarray(from, at));
		from = at + 1;
	}

	lines.push(bytes.subarray(from));
	return lines;
}
