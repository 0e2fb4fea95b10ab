import {parseAddress} from './address.ts';
import {asciiLower} from './ascii.ts';
import type {Host} from './names.ts';
import {err, ok, type Result} from './result.ts';

/**
Reads a host as a client or a policy wrote it and returns its one canonical form: lower case, no
trailing dot, IDNA in ASCII (RFC 5891 as WHATWG URL applies it), IPv4 in four decimal parts
whatever form it came in, IPv6 compressed (RFC 5952) and without brackets, IPv4-mapped IPv6 as
IPv4. What cannot be read, or names an ASCII host by look-alike characters, is an error.
*/
export const parseHost = (text: string): Result<Host, string> => {
	const lower = asciiLower(text);
	const bare = lower.endsWith('.') ? lower.slice(0, -1) : lower;
	if (bare.includes(':')) {
		return parseAddressHost(lower);
	}

	if (bare.length > maxHostLength) {
		return err(`a host name has at most ${maxHostLength} characters`);
	}

	return isPlainName(bare) ? checkLabels(bare) : parseByUrl(bare);
};

/** Host and port as they are written in a URL or a CONNECT line: IPv6 gets its brackets. */
export const hostPort = (host: string, port: number): string =>
	host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** RFC 1035: 255 octets on the wire, of which two are not text. */
const maxHostLength = 253;
const maxLabelLength = 63;

/**
Names that every reader reads alike: nothing to map, no punycode to check, and a last label that
nobody takes for a number.
*/
const isPlainName = (text: string): boolean =>
	/^[a-z0-9_.-]+$/.test(text) &&
	!text.includes('xn--') &&
	!/(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(text);

const checkLabels = (name: string): Result<Host, string> => {
	const isSound = name
		.split('.')
		.every(label => label.length > 0 && label.length <= maxLabelLength);
	return isSound ? ok(name as Host) : err('a host label has 1 to 63 characters');
};

const parseAddressHost = (text: string): Result<Host, string> => {
	const bracketed = /^\[(.*)]$/.exec(text);
	const address = parseAddress(bracketed?.[1] ?? text);
	return address.ok
		? ok(address.value.text as Host)
		: err('not an IPv6 address, and a host name has no colon');
};

/** The rest goes the way every browser and Node itself reads it, and must come back the same. */
const parseByUrl = (text: string): Result<Host, string> => {
	if (hasForbiddenAscii(text)) {
		return err('a host name has only letters, digits, dots, - and _');
	}

	const read = hostnameOf(text);
	if (read === undefined || read === '') {
		return err('not a host name, and not an IP address');
	}

	if (hostnameOf(read) !== read || hasForbiddenAscii(read) || !isFaithful(text, read)) {
		return err(`an unusual spelling of ${read}; write it like that`);
	}

	return read.length > maxHostLength
		? err(`a host name has at most ${maxHostLength} characters`)
		: checkLabels(read);
};

/** URL would decode `%2e`, stop at `/`, and drop tabs: none of these is part of a host. */
const hasForbiddenAscii = (text: string): boolean => /[^a-z0-9_.\u0080-\u{10ffff}-]/u.test(text);

const hostnameOf = (text: string): string | undefined => {
	try {
		return new URL(`http://${text}/`).hostname;
	} catch {
		return undefined;
	}
};

/** A label written in another script stays one: `ｇithub` must not quietly become `github`. */
const isFaithful = (written: string, read: string): boolean => {
	const after = read.split('.');
	const before = written.split('.');
	return (
		/^[\d.]+$/.test(read) ||
		(before.length === after.length &&
			before.every((label, index) => isAscii(label) || after[index]?.startsWith('xn--')))
	);
};

const isAscii = (text: string): boolean => !/[^\0-\u007f]/.test(text);
