import {maxPathLength} from './limits.ts';
import type {CanonicalPath} from './names.ts';
import {err, ok, type Result} from './result.ts';

export type CanonicalTarget = {
	/** What is matched and what is sent upstream. */
	readonly path: CanonicalPath;
	/** Byte for byte, without its `?`; undefined where there is none. */
	readonly query: string | undefined;
	/** The path holds a kept `%2F`. */
	readonly hasEncodedSlash: boolean;
	/** The path differs from what the client sent. */
	readonly isRewritten: boolean;
};

export type TargetError =
	| 'NullOrControlByte'
	| 'NonAscii'
	| 'FragmentInRequestTarget'
	| 'MalformedTarget'
	| 'PathTooLong'
	| 'InvalidPercentEncoding'
	| 'EncodedSlashNotAllowed'
	| 'TraversalAboveRoot'
	| 'ResidualDotSegment';

/**
A request target in its one canonical form, so that no spelling of a path reaches a server that
policy did not see (contract 1.6; the order of the steps matters). `raw` holds one byte per
character, as Node hands it over.
*/
export const canonicalTarget = (
	raw: string,
	options: {readonly allowEncodedSlash: boolean},
): Result<CanonicalTarget, TargetError> => {
	const fault = byteFault(raw);
	if (fault) {
		return err(fault);
	}

	const mark = raw.indexOf('?');
	const rawPath = originForm(mark === -1 ? raw : raw.slice(0, mark));
	const query = mark === -1 ? undefined : raw.slice(mark + 1);
	const path = canonicalPath(rawPath, options.allowEncodedSlash);
	if (!path.ok) {
		return path;
	}

	return ok({
		path: path.value as CanonicalPath,
		query,
		hasEncodedSlash: path.value.includes('%2F'),
		isRewritten: path.value !== rawPath,
	});
};

const byteFault = (raw: string): TargetError | undefined => {
	for (let index = 0; index < raw.length; index++) {
		const byte = raw.charCodeAt(index);
		if (byte < 0x20 || byte === 0x7f) {
			return 'NullOrControlByte';
		}

		if (byte > 0x7f) {
			return 'NonAscii';
		}
	}

	return raw.includes('#') ? 'FragmentInRequestTarget' : undefined;
};

/** `http://host/path` becomes `/path`; a `://` further inside is path. */
const originForm = (path: string): string =>
	path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '') || '/';

const canonicalPath = (raw: string, keepsSlash: boolean): Result<string, TargetError> => {
	if (!raw.startsWith('/')) {
		return err('MalformedTarget');
	}

	if (raw.length > maxPathLength) {
		return err('PathTooLong');
	}

	const decoded = decode(raw, keepsSlash);
	if (!decoded.ok) {
		return decoded;
	}

	const resolved = resolveDots(decoded.value);
	if (!resolved.ok) {
		return resolved;
	}

	const path = encode(resolved.value);
	return path.length > maxPathLength ? err('PathTooLong') : ok(path);
};

/** Stands for a kept `%2F` between decoding and encoding; no byte has this value. */
const keptSlash = '\u0100';

/** Once: `%252F` becomes `%2F` as text and is encoded again as it was. */
const decode = (raw: string, keepsSlash: boolean): Result<string, TargetError> => {
	let fault: TargetError | undefined;
	const decoded = raw.replace(/%(.?.?)/g, (_, digits: string) => {
		if (!/^[\da-f]{2}$/i.test(digits)) {
			fault ??= 'InvalidPercentEncoding';
			return '';
		}

		const byte = Number.parseInt(digits, 16);
		if (byte < 0x20 || byte === 0x7f) {
			fault ??= 'NullOrControlByte';
		}

		if (byte !== 0x2f) {
			return String.fromCharCode(byte);
		}

		fault ??= keepsSlash ? undefined : 'EncodedSlashNotAllowed';
		return keptSlash;
	});
	return fault ? err(fault) : ok(decoded);
};

/** Parameters (`;...`) go first, so that `..;x` is `..`; doubled slashes collapse. */
const resolveDots = (path: string): Result<string, TargetError> => {
	const kept: string[] = [];
	let endsInSlash = false;
	for (const raw of path.slice(1).split('/')) {
		const segment = raw.split(';', 1)[0] ?? '';
		endsInSlash = segment === '' || segment === '.' || segment === '..';
		if (segment === '..' && kept.pop() === undefined) {
			return err('TraversalAboveRoot');
		}

		if (!endsInSlash) {
			kept.push(segment);
		}
	}

	const parts = kept.flatMap(segment => segment.split(keptSlash));
	if (parts.some(part => part === '.' || part === '..')) {
		return err('ResidualDotSegment');
	}

	return ok(`/${kept.join('/')}${endsInSlash && kept.length > 0 ? '/' : ''}`);
};

const encode = (path: string): string =>
	path.replace(/[^\w\-.~!$&'()*+,;=:@/]/g, char =>
		char === keptSlash
			? '%2F'
			: `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
	);
