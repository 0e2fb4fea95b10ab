import {createPrivateKey, createPublicKey} from 'node:crypto';
import type {SandboxId, SandboxName} from '../../policies/model/names.ts';
import {
	authorityCertificate,
	type Issuer,
	issuerOf,
	type Leaf,
	leafCertificate,
	serialNumber,
} from '../../x509/certificate.ts';
import {makeKeys, pemOfKey} from '../../x509/keys.ts';
import {keepAuthority, type StoredAuthority} from './authority-files.ts';
import {authorityMs, backdateMs, clientCertificateMs, serverCertificateMs} from './limits.ts';

export type Identity = {
	/** PEM. */
	readonly certificate: string;
	readonly key: string;
	/** Upper-case hex, as TLS reports it. */
	readonly serial: string;
};

/** The gateway's certificate authority: who it signs for is a sandbox, who shows it is the gateway. */
export type Pki = {
	/** PEM. */
	readonly ca: string;
	/** For 127.0.0.1, ::1 and localhost; made anew at each start. */
	readonly server: Identity;
	/** `CN=<name>`, URI SAN `openshell://sandbox/<id>`, 24 hours. */
	issue(sandbox: {readonly id: SandboxId; readonly name: SandboxName}): Identity;
};

export type PkiDeps = {
	/** Milliseconds since the epoch. */
	now(): number;
	random(count: number): Uint8Array;
};

/** Opens the authority in a directory (key 0600 in 0700), or makes it. Throws when its files are not private. */
export const openPki = async (directory: string, deps: PkiDeps): Promise<Pki> => {
	const stored = await keepAuthority(directory, () => makeAuthority(deps));
	const privateKey = createPrivateKey(stored.key);
	const issuer = issuerOf(authorityName, {privateKey, publicKey: createPublicKey(privateKey)});
	return {
		ca: stored.certificate,
		server: mint(issuer, deps, serverCertificateMs, {
			commonName: 'localhost',
			usage: 'server',
			names: ['localhost', '127.0.0.1', '::1'],
		}),
		issue: ({id, name}) =>
			mint(issuer, deps, clientCertificateMs, {
				commonName: name,
				usage: 'client',
				names: [`openshell://sandbox/${id}`],
			}),
	};
};

const authorityName = 'gateway';

const makeAuthority = async (deps: PkiDeps): Promise<StoredAuthority> => {
	const keys = makeKeys();
	const certificate = authorityCertificate({
		publicKey: keys.publicKey,
		issuer: issuerOf(authorityName, keys),
		validity: lifetime(deps, authorityMs),
		serial: serialNumber(deps.random(16)),
	});
	return {certificate, key: pemOfKey(keys.privateKey)};
};

const mint = (
	issuer: Issuer,
	deps: PkiDeps,
	lifetimeMs: number,
	subject: Pick<Leaf, 'commonName' | 'usage' | 'names'>,
): Identity => {
	const keys = makeKeys();
	const serial = serialNumber(deps.random(16));
	const validity = lifetime(deps, lifetimeMs);
	return {
		certificate: leafCertificate({
			...subject,
			publicKey: keys.publicKey,
			issuer,
			validity,
			serial,
		}),
		key: pemOfKey(keys.privateKey),
		serial: Buffer.from(serial).toString('hex').toUpperCase(),
	};
};

const lifetime = ({now}: PkiDeps, milliseconds: number) => ({
	from: now() - backdateMs,
	until: now() + milliseconds,
});
