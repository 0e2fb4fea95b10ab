import {readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import type {Chunk} from '../policies/model/chunk.ts';
import {seenForMs} from './limits.ts';
import {privateFolder} from './places.ts';

/**
What a person has seen of a chunk on their own terminal (X22): the token of exactly that text, and the
text, so that a stale review can be answered with what changed. Forgotten after 15 minutes.
*/
export type Seen = {
	readonly review_token: string;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly lines: readonly string[];
};

export type SeenMemory = {
	remember(chunk: Chunk, lines: readonly string[]): Promise<void>;
	recall(chunk: Chunk): Promise<Seen | undefined>;
	forget(chunk: Chunk): Promise<void>;
};

export function seenMemory(stateDir: string, now: () => number): SeenMemory {
	const folder = path.join(stateDir, 'seen');
	const fileOf = (chunk: Chunk): string => path.join(folder, `${safeName(chunk.id)}.json`);
	const isFresh = (seen: Seen): boolean => seen.at <= now() && now() - seen.at <= seenForMs;
	return {
		async remember(chunk, lines) {
			await privateFolder(folder);
			await dropOld(folder, isFresh);
			const seen: Seen = {review_token: chunk.review_token, at: now(), lines};
			await writeFile(fileOf(chunk), JSON.stringify(seen), {mode: 0o600});
		},
		async recall(chunk) {
			const seen = await readSeen(fileOf(chunk));
			return seen !== undefined && isFresh(seen) ? seen : undefined;
		},
		forget: chunk => rm(fileOf(chunk), {force: true}),
	};
}

/** Ids come over the wire; only what an id may hold becomes a file name. */
function safeName(id: string): string {
	if (!/^[A-Za-z0-9_]{1,64}$/.test(id)) {
		throw new TypeError('a chunk id that is not an id');
	}

	return id;
}

async function dropOld(folder: string, isFresh: (seen: Seen) => boolean): Promise<void> {
	for (const name of await readdir(folder)) {
		const seen = await readSeen(path.join(folder, name));
		if (seen === undefined || !isFresh(seen)) {
			await rm(path.join(folder, name), {force: true});
		}
	}
}

async function readSeen(file: string): Promise<Seen | undefined> {
	try {
		const value: unknown = JSON.parse(await readFile(file, 'utf8'));
		return isSeen(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isSeen(value: unknown): value is Seen {
	const {review_token: token, at, lines} = (value ?? {}) as Partial<Record<keyof Seen, unknown>>;
	return typeof token === 'string' && typeof at === 'number' && Array.isArray(lines);
}
