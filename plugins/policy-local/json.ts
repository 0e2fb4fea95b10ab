import {err, ok, type Result} from '../../policies/model/result.ts';

/**
A body as JSON, read in the one way that everybody reads it (X12): UTF-8 without a byte order
mark, and no key twice in one object, since parsers disagree on which of the two counts.
The error is a sentence for the agent; it never repeats a value.
*/
export const parseJson = (bytes: Uint8Array): Result<unknown, string> => {
	const text = decode(bytes);
	if (text === undefined) {
		return err('the body is not valid UTF-8 text');
	}

	try {
		const value: unknown = JSON.parse(text);
		const twice = findDuplicateKey(text);
		return twice === undefined ? ok(value) : err(`the key ${twice} appears twice in one object`);
	} catch {
		return err('the body is not valid JSON');
	}
};

function decode(bytes: Uint8Array): string | undefined {
	try {
		return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
	} catch {
		return undefined;
	}
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/** The text is known to be JSON, so a string before a colon is a key and brackets are balanced. */
function findDuplicateKey(text: string): string | undefined {
	const open: Set<string>[] = [];
	let lastString = '';
	for (const [token] of text.matchAll(tokens)) {
		if (token === '{' || token === '[') {
			open.push(new Set());
		} else if (token === '}' || token === ']') {
			open.pop();
		} else if (token !== ':') {
			lastString = token;
		} else if (addKey(open.at(-1), lastString)) {
			return lastString;
		}
	}

	return undefined;
}

/** True when the key was there already; `"\u0061"` and `"a"` are one key. */
function addKey(keys: Set<string> | undefined, literal: string): boolean {
	const key = JSON.parse(literal) as string;
	const isTwice = keys?.has(key) ?? false;
	keys?.add(key);
	return isTwice;
}
