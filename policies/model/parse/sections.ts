import {clean} from '../clean.ts';
import type {FilesystemPolicy, Policy} from '../policy.ts';
import {maxFilesystemPathBytes, maxFilesystemPaths} from './limits.ts';
import {hint} from './nearest.ts';
import {below, complain, type Place, warn} from './place.ts';
import {flag, list, optional, type Reader, record, required, text} from './readers.ts';

/** The static sections: what a sandbox is made with (contract 1.1, 1.3). */
export const filesystemPolicy: Reader<FilesystemPolicy> = place => {
	const written = record<Partial<FilesystemPolicy>>({
		include_workdir: optional(flag),
		read_only: optional(list(text)),
		read_write: optional(list(text)),
	})(place);
	const {include_workdir = false, read_only = [], read_write = []} = written ?? {};
	if (read_only.length + read_write.length > maxFilesystemPaths) {
		complain(place, 'TooManyPaths', `more than ${maxFilesystemPaths} paths in total`);
	}

	checkPaths(read_only, below(place, 'read_only'));
	checkPaths(read_write, below(place, 'read_write'));
	for (const [index, path] of read_write.entries()) {
		if (/^\/+$/.test(path)) {
			const message = 'the whole file system cannot be writable; name the folders';
			complain(below(place, 'read_write', index), 'OverlyBroadPath', message);
		}
	}

	return written && {include_workdir, read_only, read_write};
};

const checkPaths = (paths: readonly string[], place: Place): void => {
	for (const [index, path] of paths.entries()) {
		const at = below(place, index);
		if (!path.startsWith('/')) {
			complain(at, 'RelativePath', 'a path starts with /');
		}

		if (path.split('/').includes('..')) {
			complain(at, 'PathTraversal', "a path has no '..' parts");
		}

		if (new TextEncoder().encode(path).length > maxFilesystemPathBytes) {
			complain(at, 'FieldTooLong', `longer than ${maxFilesystemPathBytes} bytes`);
		}
	}
};

const compatibilities = ['best_effort', 'hard_requirement'];

export const landlock: Reader<NonNullable<Policy['landlock']>> = place => {
	const written = record<NonNullable<Policy['landlock']>>({compatibility: required(text)})(place);
	if (written && !compatibilities.includes(written.compatibility)) {
		const value = clean(written.compatibility, 64);
		const message = `unknown value '${value}' behaves as best_effort${hint(value, compatibilities)}`;
		warn(below(place, 'compatibility'), 'UnknownLandlock', message);
	}

	return written;
};

export const process: Reader<NonNullable<Policy['process']>> = place => {
	const written = record<NonNullable<Policy['process']>>({
		run_as_user: optional(text),
		run_as_group: optional(text),
	})(place);
	for (const key of ['run_as_user', 'run_as_group'] as const) {
		if (!isIdentity(written?.[key])) {
			const message = `${key} is 'sandbox' or a number from 1 to ${maxIdentity} in quotes`;
			complain(below(place, key), 'InvalidProcessIdentity', message);
		}
	}

	return written;
};

/** 4294967295 is (uid_t) -1, which means "no change" to the kernel. */
const maxIdentity = 4_294_967_294;

const isIdentity = (text: string | undefined): boolean =>
	text === undefined ||
	text === 'sandbox' ||
	(/^[1-9]\d{0,9}$/.test(text) && Number(text) <= maxIdentity);
