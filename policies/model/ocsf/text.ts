import {maxShown} from './limits.ts';

/** Characters that are not seen, or that change how others are seen: controls, bidi, zero-width, line separators, lone surrogates. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const unseenAll = new RegExp(unseen, 'gu');

/** At most `max` code points, and `...` where something was cut. */
export const bounded = (text: string, max: number): string => {
	if (text.length <= max) {
		return text;
	}

	const points = [...text.slice(0, max * 2)].slice(0, max).join('');
	return points === text ? text : `${points}...`;
};

/** Free text for an event: bounded, and no query string (contract §3.6) or user-info of a URL in it. */
export const freeText = (text: string, max: number): string =>
	bounded(text.replace(/\?[^\s\]]+/g, '?[redacted]').replace(/\/\/[^/\s@]*@/g, '//'), max);

/** Text that a person or an agent wrote: also on one line, without anything unseen. */
export const writtenText = (text: string, max: number): string =>
	freeText(text.replace(/[\s\u0085]+/g, ' ').replace(unseenAll, ''), max).trim();

/** One JSON text on one line; whatever is unseen is written as an escape. */
export const jsonLine = (value: unknown): string =>
	JSON.stringify(value).replace(unseenAll, escaped);

/**
Outside text inside a shorthand line: brackets and backslashes are escaped, so that it can
neither open nor close a bracket of the grammar, and nothing unseen is left.
*/
export const shownText = (text: string): string =>
	bounded(text.replace(/[\t\n\r]+/g, ' '), maxShown)
		.replace(/[[\]\\]/g, '\\$&')
		.replace(unseenAll, escaped);

/** As `shownText`, for a place where white space would start the next column. */
export const shownToken = (text: string): string => shownText(text).replace(/\s/gu, escaped) || '-';

/** `\u009b`, or both halves of a surrogate pair: valid in JSON and readable in a line. */
function escaped(character: string): string {
	return Array.from(
		{length: character.length},
		(_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
	).join('');
}
