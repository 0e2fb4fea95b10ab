import {constants} from 'node:fs';
import {lstat, open, realpath} from 'node:fs/promises';
import path from 'node:path';
import {Failure, messageOf} from './failure.ts';
import {maxFileBytes} from './limits.ts';

/** Who is asking; `gid` decides whether group-writable is a danger. */
export type Person = {readonly uid: number; readonly gid: number};

/**
Reads a file that gives authority (configuration, policy, plugin) only if nobody but the caller or
root can have written it: the file and every folder above it. A writable folder would let somebody
swap the file. Anything else is a failure that says which path, and the command that mends it.
*/
export async function readTrustedFile(file: string, person: Person): Promise<string> {
	const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(error => {
		throw new Failure(`Cannot read ${file}: ${messageOf(error)}.`);
	});
	try {
		const facts = await handle.stat();
		if (!facts.isFile()) {
			throw new Failure(`${file} is not a regular file, so it is not read. Give a file.`);
		}

		if (facts.size > maxFileBytes) {
			throw new Failure(`${file} has ${facts.size} bytes; at most ${maxFileBytes} are read.`);
		}

		checkOwner(file, facts, person);
		await checkFolders(path.dirname(await realpath(file)), person);
		return await handle.readFile('utf8');
	} finally {
		await handle.close();
	}
}

type Facts = {readonly uid: number; readonly gid: number; readonly mode: number};

const groupWritable = 0o020;
const othersWritable = 0o002;
const sticky = 0o1000;

function checkOwner(file: string, facts: Facts, person: Person): void {
	if (facts.uid !== person.uid && facts.uid !== 0) {
		throw new Failure(
			`${file} belongs to another user (uid ${facts.uid}), who could change what is allowed. ` +
				'Copy it to a file of your own.',
		);
	}

	if (isWritableByOthers(facts, person)) {
		throw new Failure(
			`${file} can be written by other users, who could change what is allowed. ` +
				`Run: chmod go-w '${file}'`,
		);
	}
}

async function checkFolders(start: string, person: Person): Promise<void> {
	for (let folder = start; ; folder = path.dirname(folder)) {
		const facts = await lstat(folder);
		const isForeign = facts.uid !== person.uid && facts.uid !== 0;
		const isOpen = isWritableByOthers(facts, person) && (facts.mode & sticky) === 0;
		if (isForeign || isOpen) {
			throw new Failure(
				`The folder ${folder} can be changed by other users, who could replace the files in it. ` +
					`Keep the file elsewhere, or run: chmod go-w '${folder}'`,
			);
		}

		if (folder === path.dirname(folder)) {
			return;
		}
	}
}

/** Many systems give each user a group of their own with the same number; writable by it is writable by the owner. */
function isWritableByOthers({gid, mode}: Facts, person: Person): boolean {
	const isPrivateGroup = gid === person.gid && person.gid === person.uid;
	return (mode & othersWritable) !== 0 || ((mode & groupWritable) !== 0 && !isPrivateGroup);
}
