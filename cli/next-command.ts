import type {Config} from './config.ts';

/** `openshell rule show …`, for the same gateway as the command that says so: what to type next, whole. */
export const nextCommand = (words: string, {given}: Pick<Config, 'given'>): string =>
	['openshell', words, ...given.map(quoted)].join(' ');

/** As a shell reads it back. */
const quoted = (word: string): string =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
