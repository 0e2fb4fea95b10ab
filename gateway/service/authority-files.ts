import {chmod, mkdir, open, readFile, rename, rm, stat} from 'node:fs/promises';
import path from 'node:path';

/** The authority as PEM. */
export type StoredAuthority = {readonly certificate: string; readonly key: string};

/**
Reads the authority's files, or makes them where there are none. Key and certificate are one
file that appears whole, so that a kill between two writes cannot leave half an authority; the
certificate alone is written beside it for whoever must trust it.
*/
export const keepAuthority = async (
	directory: string,
	make: () => Promise<StoredAuthority>,
): Promise<StoredAuthority> => {
	await mkdir(directory, {recursive: true, mode: 0o700});
	await chmod(directory, 0o700);
	const file = path.join(directory, 'ca-key.pem');
	const stored = (await readStored(file)) ?? (await storeNew(file, await make()));
	await writeWhole(path.join(directory, 'ca.pem'), stored.certificate, 0o644);
	return stored;
};

const storeNew = async (file: string, made: StoredAuthority): Promise<StoredAuthority> => {
	await writeWhole(file, `${made.key}${made.certificate}`, 0o600);
	return made;
};

const readStored = async (file: string): Promise<StoredAuthority | undefined> => {
	const facts = await stat(file).catch(() => undefined);
	if (facts === undefined) {
		return undefined;
	}

	if ((facts.mode & 0o077) !== 0) {
		throw new Error(
			`${file} can be read by others, so it is no secret any more; remove its folder (sandboxes must then be started again)`,
		);
	}

	const text = await readFile(file, 'utf8');
	const key = block(text, 'PRIVATE KEY');
	const certificate = block(text, 'CERTIFICATE');
	if (key === undefined || certificate === undefined) {
		throw new Error(
			`${file} is not the gateway's key; remove its folder (sandboxes must then be started again)`,
		);
	}

	return {key, certificate};
};

const block = (text: string, label: string): string | undefined =>
	new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----\n`).exec(text)?.[0];

/** A file that is there whole, on disk, or not at all. */
export const writeWhole = async (file: string, text: string, mode: number): Promise<void> => {
	const temporary = `${file}.new`;
	await rm(temporary, {force: true});
	const handle = await open(temporary, 'wx', mode);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}

	await rename(temporary, file);
};
