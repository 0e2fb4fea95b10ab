import {createHash} from 'node:crypto';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {Failure} from './failure.ts';
import {maxSocketPathBytes} from './limits.ts';
import {checkOwnFolder, thisPerson} from './trusted-path.ts';

/** Where one sandbox keeps what (wire.md §1). */
export type SandboxPlaces = {
	readonly directory: string;
	readonly identity: string;
	readonly logs: string;
	/** The authority that programs in the sandbox trust; public. */
	readonly caFile: string;
	/** The system's roots and the authority; public. */
	readonly bundleFile: string;
	readonly tokenFile: string;
	/** What the proxy process says on stderr, for when it does not start. */
	readonly startLog: string;
};

export function sandboxPlaces(stateDir: string, name: string): SandboxPlaces {
	const directory = path.join(stateDir, 'sandboxes', name);
	const identity = path.join(directory, 'identity');
	return {
		directory,
		identity,
		logs: path.join(directory, 'logs'),
		caFile: path.join(directory, 'ca.pem'),
		bundleFile: path.join(directory, 'bundle.pem'),
		tokenFile: path.join(identity, 'proxy-token'),
		startLog: path.join(directory, 'proxy.stderr'),
	};
}

/** Makes a folder that only its owner can look into, with those above it; refuses one that others can change. */
export async function privateFolder(folder: string): Promise<void> {
	await mkdir(folder, {recursive: true, mode: 0o700});
	await checkOwnFolder(folder, thisPerson());
}

/** Writes a secret so that nobody else can read it, not even for a moment. */
export async function writeSecret(file: string, text: string): Promise<void> {
	await privateFolder(path.dirname(file));
	await writeFile(file, text, {mode: 0o600});
}

/** Refuses a runtime folder whose sockets no system call could name. */
export function checkSocketPath(socket: string): void {
	if (Buffer.byteLength(socket) > maxSocketPathBytes) {
		throw new Failure(
			`The socket ${socket} would have a path of more than ${maxSocketPathBytes} bytes, which the ` +
				'system cannot open. Choose a shorter --state-dir.',
		);
	}
}

/** The name of a directory's own sandbox: its base name and six characters of the hash of its real path. */
export function defaultSandboxName(realWorkdir: string): string {
	const base = path
		.basename(realWorkdir)
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+|-+$/g, '')
		.slice(0, 56);
	return `${base === '' ? 'sandbox' : base}-${workdirIdentity(realWorkdir).slice(0, 6)}`;
}

/** What tells one working directory from another (X25): the hash of its real path. */
export const workdirIdentity = (realWorkdir: string): string =>
	createHash('sha256').update(realWorkdir).digest('hex');
