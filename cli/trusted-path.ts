import type {Stats} from 'node:fs';
import {lstat, readlink} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {Failure} from './failure.ts';

/** Who is asking; `gid` decides whether group-writable is a danger. */
export type Person = {readonly uid: number; readonly gid: number};

/** The user this process works for. */
export const thisPerson = (): Person => ({
	uid: process.getuid?.() ?? -1,
	gid: process.getgid?.() ?? -1,
});

type Facts = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/**
Walks a whole path as the kernel does, links included, and fails where somebody else than the caller
or root could make it lead elsewhere: a folder that others can write, or a link of theirs in a folder
that everybody shares. What stands at the end is not looked at.
*/
export async function checkPathTo(file: string, person: Person): Promise<void> {
	const pending = partsOf(path.resolve(file));
	let folder = '/';
	let links = 0;
	for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
		checkFolder(folder, await lstat(folder), person);
		const entry = path.join(folder, part);
		const facts = await lstat(entry);
		if (!facts.isSymbolicLink()) {
			folder = entry;
			continue;
		}

		links += 1;
		checkLink(entry, facts, person, links);
		const target = await readlink(entry);
		folder = path.isAbsolute(target) ? '/' : folder;
		pending.unshift(...partsOf(target));
	}
}

/** The same for a folder of ours, which others may not write either. */
export async function checkOwnFolder(folder: string, person: Person): Promise<void> {
	await checkPathTo(path.join(folder, '.'), person);
	const facts = await lstat(folder);
	if (facts.uid !== person.uid || isWritableByOthers(facts, person)) {
		throw new Failure(
			`${folder} must be a folder that only you can write, because keys and rulings are kept there. ` +
				'Choose another --state-dir, or make it yours.',
		);
	}
}

/** A socket that is to be trusted: nobody else's, on a path nobody else can change. One that is missing is nobody's. */
export async function checkSocket(socket: string, person: Person): Promise<void> {
	try {
		await checkPathTo(socket, person);
		if (isForeign(await lstat(socket), person)) {
			throw new Failure(`The socket ${socket} is another user's, so what it says is not believed.`);
		}
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
			throw error;
		}
	}
}

/** Many systems give each user a group of their own with the same number; writable by it is writable by the owner. */
export function isWritableByOthers({gid, mode}: Facts, person: Person): boolean {
	const isPrivateGroup = gid === person.gid && person.gid === person.uid;
	return (mode & othersWritable) !== 0 || ((mode & groupWritable) !== 0 && !isPrivateGroup);
}

export const isForeign = ({uid}: Facts, person: Person): boolean => uid !== person.uid && uid !== 0;

function checkFolder(folder: string, facts: Facts, person: Person): void {
	const isOpen = isWritableByOthers(facts, person) && (facts.mode & sticky) === 0;
	if (isForeign(facts, person) || isOpen) {
		throw new Failure(
			`The folder ${folder} can be changed by other users, who could replace the files in it. ` +
				`Keep the file elsewhere, or run: chmod go-w '${folder}'`,
		);
	}
}

function checkLink(entry: string, facts: Facts, person: Person, links: number): void {
	if (isForeign(facts, person)) {
		throw new Failure(
			`${entry} is a link of another user, who could let it lead elsewhere. Give the file itself.`,
		);
	}

	if (links > maxLinks) {
		throw new Failure(`${entry} is one of too many links in a row. Give the file itself.`);
	}
}

/** `..` stays: after a link it means the folder above the link's target. */
const partsOf = (text: string): string[] =>
	text.split('/').filter(part => part !== '' && part !== '.');

/** As Linux has it (path_resolution(7)). */
const maxLinks = 40;
const groupWritable = 0o020;
const othersWritable = 0o002;
const sticky = 0o1000;
