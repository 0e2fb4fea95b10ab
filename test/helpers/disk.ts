import fs from 'node:fs';
import type {FileCalls} from '../../plugins/ocsf-log/files.ts';

/** The real disk, with the faults a test asks for. */
export type FaultyDisk = FileCalls & {
	/** Bytes that one write takes at most. */
	takes: number;
	/** The code that each write, sync or open fails with. */
	writeError: string | undefined;
	syncError: string | undefined;
	openError: string | undefined;
	/** How often the disk was asked. */
	writes: number;
	syncs: number;
};

export const faultyDisk = (): FaultyDisk => {
	const disk: FaultyDisk = {
		takes: Number.POSITIVE_INFINITY,
		writeError: undefined,
		syncError: undefined,
		openError: undefined,
		writes: 0,
		syncs: 0,
		closeSync: fs.closeSync,
		fdatasyncSync: fs.fdatasyncSync,
		fstatSync: fs.fstatSync,
		fsyncSync: fs.fsyncSync,
		mkdirSync: fs.mkdirSync,
		readSync: fs.readSync,
		readdirSync: fs.readdirSync,
		unlinkSync: fs.unlinkSync,
		openSync(...args) {
			throwIf(disk.openError);
			return fs.openSync(...args);
		},
		writeSync: ((descriptor: number, data: Buffer, offset: number, length: number) => {
			disk.writes += 1;
			throwIf(disk.writeError);
			return typeof data === 'string'
				? fs.writeSync(descriptor, data)
				: fs.writeSync(descriptor, data, offset, Math.min(length, disk.takes));
		}) as typeof fs.writeSync,
		fdatasync: ((descriptor, done) => {
			disk.syncs += 1;
			if (disk.syncError === undefined) {
				fs.fdatasync(descriptor, done);
			} else {
				setImmediate(done, failure(disk.syncError));
			}
		}) as typeof fs.fdatasync,
	};
	return disk;
};

function throwIf(code: string | undefined): void {
	if (code !== undefined) {
		throw failure(code);
	}
}

function failure(code: string): Error {
	return Object.assign(new Error(`${code}: the disk refuses`), {code});
}
