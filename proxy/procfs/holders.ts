import {readdirSync, readlinkSync} from 'node:fs';
import {scanSliceMs} from '../gate-limits.ts';

export type ScanDeps = {
	readonly proc: string;
	/** Our own process: it holds the other ends, so its many files are read only when nobody else holds one. */
	readonly ownPid: number;
	now(): number;
	pause(): Promise<void>;
};

/**
Every process that has one of these socket inodes among its open files, by inode. Reading the
links is synchronous, because a thread-pool hop per link would cost ten times the link, but the
scan gives the event loop its turn every few milliseconds.
*/
export const findHolders = async (
	deps: ScanDeps,
	inodes: ReadonlySet<number>,
): Promise<ReadonlyMap<number, readonly number[]>> => {
	const holders = new Map<number, number[]>();
	if (inodes.size === 0) {
		return holders;
	}

	const own = `${deps.ownPid}`;
	const others = list(deps.proc).filter(name => /^\d+$/.test(name) && name !== own);
	let sliceEnd = deps.now() + scanSliceMs;
	for (const pid of [...others, own]) {
		if (pid === own && holders.size === inodes.size) {
			break;
		}

		for (const inode of heldBy(deps.proc, pid, inodes)) {
			holders.set(inode, [...(holders.get(inode) ?? []), Number(pid)]);
		}

		if (deps.now() >= sliceEnd) {
			await deps.pause();
			sliceEnd = deps.now() + scanSliceMs;
		}
	}

	return holders;
};

const heldBy = (proc: string, pid: string, inodes: ReadonlySet<number>): ReadonlySet<number> => {
	const held = new Set<number>();
	for (const file of list(`${proc}/${pid}/fd`)) {
		const inode = socketInode(`${proc}/${pid}/fd/${file}`);
		if (inodes.has(inode)) {
			held.add(inode);
		}
	}

	return held;
};

const socketInode = (link: string): number => {
	try {
		const target = readlinkSync(link);
		return target.startsWith('socket:[') ? Number(target.slice(8, -1)) : Number.NaN;
	} catch {
		// The file was closed since it was listed.
		return Number.NaN;
	}
};

/** Empty for what is gone or belongs to somebody else: no holder is a denial. */
const list = (folder: string): readonly string[] => {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
};
