import {readFileSync, readlinkSync, statSync} from 'node:fs';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {ancestorDepth} from '../gate-limits.ts';

export type ProcessFacts = {
	readonly pid: number;
	/** Path of the executable, as the kernel knows it; never a command line. */
	readonly binary: string;
	/** Executables of its ancestors, direct parent first. */
	readonly ancestors: readonly string[];
};

export type AncestryDeps = {
	readonly proc: string;
	readonly uid: number;
	readonly rootPid: number | undefined;
};

/** What runs as `pid`, or why that cannot be told: gone, another user's, unreadable, or a deleted file. */
export const describeProcess = (deps: AncestryDeps, pid: number): Result<ProcessFacts, string> => {
	try {
		const before = readStat(deps.proc, pid);
		if (statSync(`${deps.proc}/${pid}`).uid !== deps.uid) {
			return err(`process ${pid} belongs to another user`);
		}

		const binary = executable(deps.proc, pid);
		const ancestors = ancestorsOf(deps, before.parent);
		// A number that was given to another process in between would make one program look like another.
		return readStat(deps.proc, pid).startTime === before.startTime
			? ok({pid, binary, ancestors})
			: err(`process ${pid} ended while it was looked at`);
	} catch (error) {
		return err(
			`the program of process ${pid} cannot be told: ${error instanceof Error ? error.message : 'unreadable'}`,
		);
	}
};

/**
The chain ends below `rootPid`. A process that does not descend from it (it was orphaned, say)
is given no ancestors: what lies outside the sandbox must not lend it rights. The same holds for
a chain that cannot be read to its end.
*/
const ancestorsOf = (deps: AncestryDeps, parent: number): readonly string[] => {
	const chain: string[] = [];
	let pid = parent;
	while (pid !== deps.rootPid && pid > 1 && chain.length < ancestorDepth) {
		try {
			chain.push(executable(deps.proc, pid));
			pid = readStat(deps.proc, pid).parent;
		} catch {
			break;
		}
	}

	return deps.rootPid === undefined || pid === deps.rootPid ? chain : [];
};

const executable = (proc: string, pid: number): string => {
	const path = readlinkSync(`${proc}/${pid}/exe`);
	if (!path.startsWith('/') || path.endsWith(' (deleted)')) {
		throw new Error('its executable was deleted or replaced');
	}

	return path;
};

/** `pid (name) state ppid … starttime …`: the name may hold anything, so the last `)` counts (proc(5)). */
const readStat = (
	proc: string,
	pid: number,
): {readonly parent: number; readonly startTime: string} => {
	const text = readFileSync(`${proc}/${pid}/stat`, 'latin1');
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return {parent: Number(fields[1]), startTime: fields[19] ?? ''};
};
