import {chmod, lstat, mkdir, readFile, rm} from 'node:fs/promises';
import path from 'node:path';
import type {GatewayPlace} from '../client/wire.ts';
import {writeWhole} from '../service/authority-files.ts';

/** The files of one gateway (wire.md §1). */
export type Places = {
	readonly database: string;
	readonly pki: string;
	readonly caFile: string;
	readonly stateLock: string;
	readonly runtimeLock: string;
	/** The reviewers' socket. */
	readonly socket: string;
	/** `gateway.json`. */
	readonly announcement: string;
	/** The port that sandboxes knew last. */
	readonly port: string;
};

export const placesIn = (stateDirectory: string, runtimeDirectory: string): Places => ({
	database: path.join(stateDirectory, 'gateway.db'),
	pki: path.join(stateDirectory, 'pki'),
	caFile: path.join(stateDirectory, 'pki', 'ca.pem'),
	stateLock: path.join(stateDirectory, 'gateway.lock'),
	runtimeLock: path.join(runtimeDirectory, 'gateway.lock'),
	socket: path.join(runtimeDirectory, 'gateway.sock'),
	announcement: path.join(runtimeDirectory, 'gateway.json'),
	port: path.join(stateDirectory, 'sandbox-port'),
});

/** Makes a folder that only this user can enter, or throws when somebody else owns it. */
export const preparePrivate = async (directory: string, uid: number): Promise<void> => {
	await mkdir(directory, {recursive: true, mode: 0o700});
	const facts = await lstat(directory);
	if (!facts.isDirectory() || facts.uid !== uid) {
		throw new Error(
			`${directory} is not a folder of this user, so nothing in it can be trusted; remove it or choose another`,
		);
	}

	await chmod(directory, 0o700);
};

/** Tells clients where the gateway is; replaces what an earlier gateway left. */
export const announce = (places: Places, place: GatewayPlace): Promise<void> =>
	writeWhole(places.announcement, `${JSON.stringify(place)}\n`, 0o600);

/** Takes the announcement back, unless it is another gateway's. */
export const withdraw = async (places: Places, pid: number): Promise<void> => {
	const text = await readFile(places.announcement, 'utf8').catch(() => '');
	if (text.startsWith(`{"pid":${pid},`)) {
		await rm(places.announcement, {force: true});
	}
};

/** The port of the last start, 0 where there is none: sandboxes that outlive a gateway look for the next one there. */
export const lastPort = async (places: Places): Promise<number> => {
	const text = await readFile(places.port, 'utf8').catch(() => '');
	return /^[1-9]\d{0,4}\n$/.test(text) && Number(text) <= 65_535 ? Number(text) : 0;
};

export const rememberPort = (places: Places, port: number): Promise<void> =>
	writeWhole(places.port, `${port}\n`, 0o600);
