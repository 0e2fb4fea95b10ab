import './reflect.ts';
import {webcrypto} from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type {SandboxId, SandboxName} from '../../policies/model/names.ts';
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
	issue(sandbox: {readonly id: SandboxId; readonly name: SandboxName}): Promise<Identity>;
};

export type PkiDeps = {
	/** Milliseconds since the epoch. */
	now(): number;
	random(count: number): Uint8Array;
};

/** Opens the authority in a directory (key 0600 in 0700), or makes it. Throws when its files are not private. */
export const openPki = async (directory: string, deps: PkiDeps): Promise<Pki> => {
	const stored = await keepAuthority(directory, () => makeAuthority(deps));
	const authority = await readAuthority(stored);
	return {
		ca: stored.certificate,
		server: await mint(authority, deps, {
			name: 'localhost',
			lifetimeMs: serverCertificateMs,
			usage: x509.ExtendedKeyUsage.serverAuth,
			names: [
				{type: 'dns', value: 'localhost'},
				{type: 'ip', value: '127.0.0.1'},
				{type: 'ip', value: '::1'},
			],
		}),
		issue: ({id, name}) =>
			mint(authority, deps, {
				name,
				lifetimeMs: clientCertificateMs,
				usage: x509.ExtendedKeyUsage.clientAuth,
				names: [{type: 'url', value: `openshell://sandbox/${id}`}],
			}),
	};
};

type Authority = {readonly certificate: x509.X509Certificate; readonly key: webcrypto.CryptoKey};

type Leaf = {
	readonly name: string;
	readonly lifetimeMs: number;
	readonly usage: x509.ExtendedKeyUsage;
	readonly names: x509.JsonGeneralNames;
};

const ecdsa = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const;

const makeAuthority = async (deps: PkiDeps): Promise<StoredAuthority> => {
	const keys = await makeKeys();
	const certificate = await x509.X509CertificateGenerator.createSelfSigned({
		name: 'CN=openshell gateway',
		keys,
		serialNumber: makeSerial(deps),
		notBefore: new Date(deps.now() - backdateMs),
		notAfter: new Date(deps.now() + authorityMs),
		signingAlgorithm: ecdsa,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(
				x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
				true,
			),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return {certificate: certificate.toString('pem'), key: await exportKey(keys.privateKey)};
};

const readAuthority = async ({certificate, key}: StoredAuthority): Promise<Authority> => ({
	certificate: new x509.X509Certificate(certificate),
	key: await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(key), ecdsa, false, [
		'sign',
	]),
});

const mint = async (
	{certificate: issuer, key: signingKey}: Authority,
	deps: PkiDeps,
	leaf: Leaf,
): Promise<Identity> => {
	const keys = await makeKeys();
	const serial = makeSerial(deps);
	const certificate = await x509.X509CertificateGenerator.create({
		subject: `CN=${leaf.name}`,
		issuer: issuer.subject,
		publicKey: keys.publicKey,
		signingKey,
		serialNumber: serial,
		notBefore: new Date(deps.now() - backdateMs),
		notAfter: new Date(deps.now() + leaf.lifetimeMs),
		signingAlgorithm: ecdsa,
		extensions: [
			new x509.BasicConstraintsExtension(false, undefined, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
			new x509.ExtendedKeyUsageExtension([leaf.usage]),
			new x509.SubjectAlternativeNameExtension(leaf.names),
			await x509.AuthorityKeyIdentifierExtension.create(issuer),
			await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return {
		certificate: certificate.toString('pem'),
		key: await exportKey(keys.privateKey),
		serial: serial.toUpperCase(),
	};
};

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
	webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> =>
	x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** 16 bytes, positive and without a leading zero byte, so that every reader spells it alike (RFC 5280 §4.1.2.2). */
const makeSerial = ({random}: PkiDeps): string => {
	const bytes = Buffer.from(random(16));
	bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
	return bytes.toString('hex');
};
