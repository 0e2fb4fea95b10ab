import {chmod, readFile, rename, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {rootCertificates} from 'node:tls';

/**
Writes what clients of this sandbox trust into its state directory, world-readable: `ca.pem`, our
authority alone, and `bundle.pem`, the system's roots with it and with `--upstream-ca`. The
variables that most programs read replace their store, so they need the bundle.
*/
export const writeTrust = async (
	folder: string,
	pems: {readonly authority: string; readonly upstreamCa?: string | undefined},
): Promise<void> => {
	const {authority, upstreamCa = ''} = pems;
	const bundle = [await systemRoots(), upstreamCa, authority].filter(pem => pem.trim() !== '');
	await publish(join(folder, 'ca.pem'), authority, 0o644);
	await publish(join(folder, 'bundle.pem'), bundle.map(pem => `${pem.trim()}\n`).join(''), 0o644);
};

/** Whole or not at all: a program that starts meanwhile reads the old file or the new one. */
export const publish = async (file: string, text: string, mode: number): Promise<void> => {
	const fresh = `${file}.new`;
	await writeFile(fresh, text, {mode});
	// The umask may have taken bits away, and a file left by an earlier run keeps its own.
	await chmod(fresh, mode);
	await rename(fresh, file);
};

/** Where distributions keep one file of all roots; Node's own copy where none is found. */
const systemRoots = async (): Promise<string> => {
	for (const file of usualFiles) {
		const text = await readFile(file, 'utf8').catch(() => '');
		if (text.includes('-----BEGIN CERTIFICATE-----')) {
			return text;
		}
	}

	return rootCertificates.join('\n');
};

/** Debian; Fedora; older Red Hat; openSUSE; Alpine and macOS. */
const usualFiles: readonly string[] = [
	'/etc/ssl/certs/ca-certificates.crt',
	'/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
	'/etc/pki/tls/certs/ca-bundle.crt',
	'/etc/ssl/ca-bundle.pem',
	'/etc/ssl/cert.pem',
];
