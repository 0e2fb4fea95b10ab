import {clean, jsonSafe} from '../clean.ts';
import {redactQuery} from '../mask-path.ts';
import {maxShown} from './limits.ts';

/** At most `max` code points, and `...` where something was cut. */
export const bounded = (text: string, max: number): string => {
	if (text.length <= max) {
		return text;
	}

	const points = [...text.slice(0, max * 2)].slice(0, max).join('');
	return points === text ? text : `${points}...`;
};

/** Free text for an event: bounded, and no query string or user-info of a URL in it. */
export const freeText = (text: string, max: number): string =>
	bounded(withoutQuery(text).replace(/\/\/[^/\s@]*@/g, '//'), max);

/** A question mark at the end of a word ends a sentence, not a path. */
const withoutQuery = (text: string): string => (/\?\S/.test(text) ? redactQuery(text) : text);

/** Text that a person or an agent wrote: also on one line, and whatever is unseen made visible. */
export const writtenText = (text: string, max: number): string =>
	clean(freeText(text.replace(/\s+/g, ' ').trim(), max));

/** One JSON text on one line; whatever is unseen is written as an escape. */
export const jsonLine = (value: unknown): string => {
	const json = JSON.stringify(value);
	return /^[\x20-\x7e]*$/.test(json) ? json : jsonSafe(value);
};

/**
Outside text inside a shorthand line: brackets and backslashes are escaped, so that it can
neither open nor close a bracket of the grammar, and whatever is unseen is made visible.
*/
export const shownText = (text: string): string =>
	clean(bounded(text.replace(/[\t\n\r]+/g, ' '), maxShown)).replace(/[[\]\\]/g, '\\$&');

/** As `shownText`, for a place where white space would start the next column. */
export const shownToken = (text: string): string =>
	shownText(text).replaceAll(' ', '<U+0020>') || '-';
