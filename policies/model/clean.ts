/**
One line of text from outside, safe for a terminal, a log and a prompt (X23): letters of every
script stay, everything that steers, reorders, hides or breaks a line shows as `<U+XXXX>`.
Reads at most `maxLength` code points and says so when there were more.
*/
export const clean = (text: string, maxLength = maxLineLength): string =>
	cleaned(text, maxLength, '').text;

/** Like `clean`, for names that must not look alike (hosts, paths, binaries, ids): printable ASCII only. */
export const cleanIdent = (text: string, maxLength = maxIdentLength): string => {
	const {kept, isCut} = cut(text, maxLength);
	const visible = kept.replace(/[^\u0020-\u007e]/gu, show);
	return isCut ? visible + cutMark : visible;
};

export type CleanProse = {
	readonly text: string;
	/** What was made visible: a note for whoever reads the text. */
	readonly hazards: readonly Hazard[];
	readonly isCut: boolean;
};

export type Hazard =
	| 'terminal escape'
	| 'control'
	| 'bidi'
	| 'invisible'
	| 'stacked marks'
	| 'right-to-left';

/** Several lines of free text: rationale, guidance, a reviewer's words. Newlines stay. */
export const cleanProse = (text: string, maxLength = maxProseLength): CleanProse =>
	cleaned(text.replaceAll('\r\n', '\n'), maxLength, '\n');

/**
JSON whose text is safe to print: what `JSON.stringify` leaves raw (C1, bidi, U+2028, lone and
private characters) is escaped. Parsing it gives the same value.
*/
export const jsonSafe = (value: unknown, indent?: number): string =>
	replaceHidden(JSON.stringify(value, undefined, indent) ?? 'null', escapeUnits);

/** Whether a text holds what the cleaners would make visible. */
export const hasHidden = (text: string): boolean => hidden.test(text);

/** Replaces what is hidden, code point by code point, except line breaks. */
export const replaceHidden = (text: string, write: (char: string) => string): string =>
	text.replace(hiddenButNewline, write);

/** Longer lines come from no honest source and fill a screen. */
const maxLineLength = 4000;
/** Longer than any path or host that is worth reading. */
const maxIdentLength = 4096;
/** tui.md 4.2. */
const maxProseLength = 4000;
/** Accents of real languages stack two high; fifty of them destroy the rows around. */
const maxMarks = 2;
const cutMark = '… [cut]';

/** Controls, formats, private, lone surrogates, unassigned, separators, ignorables and the blank braille cell. */
const hidden =
	/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;
const hiddenButNewline =
	/(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const rightToLeft =
	/[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

const cleaned = (raw: string, maxLength: number, keeps: string): CleanProse => {
	const {kept, isCut} = cut(raw, maxLength);
	if (/^[\u0020-\u007e]*$/.test(kept)) {
		return {text: isCut ? kept + cutMark : kept, hazards: [], isCut};
	}

	const hazards = new Set<Hazard>();
	let marks = 0;
	let text = '';
	for (const char of kept) {
		marks = /\p{M}/u.test(char) ? marks + 1 : 0;
		const {visible, hazard} = char === keeps ? plain(char) : visibleOf(char, marks);
		text += visible;
		if (hazard) {
			hazards.add(hazard);
		}
	}

	return {text: isCut ? text + cutMark : text, hazards: [...hazards], isCut};
};

type Visible = {readonly visible: string; readonly hazard?: Hazard};

const plain = (visible: string): Visible => ({visible});

const visibleOf = (char: string, marks: number): Visible => {
	if (hidden.test(char)) {
		return {visible: show(char), hazard: hazardOf(char.codePointAt(0) ?? 0)};
	}

	if (marks > maxMarks) {
		return {visible: show(char), hazard: 'stacked marks'};
	}

	if (rightToLeft.test(char)) {
		return {visible: char, hazard: 'right-to-left'};
	}

	return plain(/\p{Zs}/u.test(char) ? ' ' : char);
};

const hazardOf = (codePoint: number): Hazard => {
	if (codePoint === 0x1b || (codePoint >= 0x80 && codePoint <= 0x9f)) {
		return 'terminal escape';
	}

	if (codePoint < 0x20 || codePoint === 0x7f) {
		return 'control';
	}

	return /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(String.fromCodePoint(codePoint))
		? 'bidi'
		: 'invisible';
};

/** At most so many code points, without splitting a pair. */
const cut = (text: string, maxLength: number): {readonly kept: string; readonly isCut: boolean} => {
	let end = 0;
	for (let count = 0; count < maxLength && end < text.length; count++) {
		end += (text.codePointAt(end) ?? 0) > 0xff_ff ? 2 : 1;
	}

	return {kept: text.slice(0, end), isCut: end < text.length};
};

const show = (char: string): string =>
	`<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`;

const escapeUnits = (char: string): string =>
	Array.from({length: char.length}, (_, index) => {
		const unit = char.charCodeAt(index).toString(16).padStart(4, '0');
		return `\\u${unit}`;
	}).join('');
