import {cleanIdent, cleanProse} from '../../policies/model/clean.ts';

/** A one-line value from outside, safe to show: what is not printable ASCII appears as its code point. */
export const ident = (text: string): string => cleanIdent(text);

/** Free text from outside, safe to show, line by line. */
export const prose = (text: string, maxLength?: number): readonly string[] =>
	cleanProse(text, maxLength).text.trimEnd().split('\n');

/** Hashes are shown short: 12 characters. */
export const shortHash = (hash: string): string => ident(hash).slice(0, 12);

/** Milliseconds since the epoch as `2026-08-01 12:00:00Z`. */
export const time = (milliseconds: number): string =>
	new Date(milliseconds)
		.toISOString()
		.replace('T', ' ')
		.replace(/\.\d+Z$/, 'Z');
