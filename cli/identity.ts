import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Certificate} from '../gateway/client/wire.ts';
import {publish} from '../proxy/bundle.ts';
import {Failure, messageOf} from './failure.ts';
import {privateFolder} from './places.ts';

/**
Keeps what a sandbox shows to its gateway, for the owner only. Certificate and key are one file, which
is replaced whole: whoever reads it never gets one without the other.
*/
export async function writeIdentity(folder: string, identity: Certificate): Promise<void> {
	await privateFolder(folder);
	await publish(path.join(folder, authorityFile), identity.ca, 0o600);
	await publish(path.join(folder, clientFile), `${identity.certificate}\n${identity.key}`, 0o600);
}

export async function readIdentity(folder: string): Promise<Certificate> {
	const read = (file: string): Promise<string> =>
		readFile(path.join(folder, file), 'utf8').catch(error => {
			throw new Failure(
				`This sandbox has no identity (${messageOf(error)}). openshell run gives it one.`,
			);
		});
	const client = await read(clientFile);
	const keyAt = client.indexOf('-----BEGIN PRIVATE KEY-----');
	return {
		certificate: client.slice(0, Math.max(0, keyAt)),
		key: client.slice(keyAt),
		ca: await read(authorityFile),
	};
}

const clientFile = 'client.pem';
const authorityFile = 'gateway-ca.pem';
