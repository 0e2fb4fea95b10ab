/**
A canonical path as it may be logged and shown (decision 23): each segment that looks like a key or
a token becomes `[masked]`. Names, numbers, dates, versions and UUIDs stay: a reviewer must be able
to tell what a request is for, and a UUID names a resource (RFC 9562 section 8 forbids to use one
as a secret). Where a segment could be either, it is masked.
*/
export const maskPath = (path: string): string =>
	path
		.split('/')
		.map(segment => (looksSecret(segment) ? '[masked]' : segment))
		.join('/');

/**
A line of a log without query strings, at most 4096 bytes long (contract 3.6). A `]` ends a query
only where a log line would end there too, so a `]` inside a query hides nothing behind it.
*/
export const redactQuery = (line: string): string => {
	const redacted = line.replace(/\?(?!\[redacted\])(?:[^\s\]]|\](?!\s|$))*/g, '?[redacted]');
	const bytes = new TextEncoder().encode(redacted);
	if (bytes.length <= maxLineBytes) {
		return redacted;
	}

	const {read} = new TextEncoder().encodeInto(redacted, new Uint8Array(maxLineBytes));
	return `${redacted.slice(0, read)}...[truncated]`;
};

/** contract 3.6. */
const maxLineBytes = 4096;

const looksSecret = (segment: string): boolean => {
	const text = segment.replaceAll(/%[\dA-F]{2}/g, ' ');
	const runs = text.match(/[A-Za-z\d]+/g) ?? [];
	return knownToken.test(text) || runs.some(isRandomRun) || isRandomWhole(runs);
};

/** Prefixes that issuers give their secrets so that they can be found. */
const knownToken =
	/^(?:gh[oprsu]_|github_pat_|glpat-|sk-|sk_|rk_|pk_live_|xox[abeprs]-|xapp-|AKIA|ASIA|AIza|ya29\.|npm_|pypi-|hf_|dop_v1_|shpat_|eyJ|bot\d+:).{8}/;

/** Shorter than this a guess would hit too many ordinary names, and the parts of a UUID. */
const minRandomRun = 16;
/** Nobody writes a name of this length without a separator. */
const maxName = 32;

const isRandomRun = (run: string): boolean => {
	if (run.length < minRandomRun || /^\d+$/.test(run)) {
		return false;
	}

	return (
		run.length >= maxName ||
		/^(?=.*\d)(?:[\da-f]+|[\dA-F]+)$/.test(run) ||
		meanPiece([run]) < randomMeanPiece
	);
};

/** Keys in base64url are cut by `-` and `_`: judge them whole, if they mix all kinds of characters. */
const isRandomWhole = (runs: readonly string[]): boolean => {
	const whole = runs.join('');
	const letters = whole.replaceAll(/\d/g, '').length;
	return (
		whole.length >= minRandomWhole &&
		letters * 2 >= whole.length &&
		/(?=.*[a-z])(?=.*[A-Z])(?=.*\d)/.test(whole) &&
		meanPiece(runs) < randomMeanPiece
	);
};

const minRandomWhole = 20;

/**
Words, numbers and Capitalised words are pieces. In names they are about four characters long, in
random letters and digits about two: [measured] in the tests.
*/
const randomMeanPiece = 2.8;

const meanPiece = (runs: readonly string[]): number => {
	const pieces = runs.flatMap(run => run.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? []);
	return pieces.reduce((sum, piece) => sum + piece.length, 0) / Math.max(1, pieces.length);
};
