import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import path from 'node:path';
import {Failure, messageOf} from './failure.ts';
import {maxFileBytes} from './limits.ts';
import {checkPathTo, isForeign, isWritableByOthers, type Person} from './trusted-path.ts';

/**
Reads a file that gives authority (configuration, policy, plugin) only if nobody but the caller or
root can have written it: the file, every folder above it, and every link on the way. Anything else
is a failure that says which path, and the command that mends it.
*/
export async function readTrustedFile(file: string, person: Person): Promise<string> {
	const whole = path.resolve(file);
	const handle = await open(whole, constants.O_RDONLY | constants.O_NONBLOCK).catch(error => {
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

		if (isForeign(facts, person)) {
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

		await checkPathTo(whole, person);
		return await handle.readFile('utf8');
	} finally {
		await handle.close();
	}
}
