import {createHash, type KeyObject, sign} from 'node:crypto';
import ipaddr from 'ipaddr.js';
import {der} from './der.ts';
import type {KeyPair} from './keys.ts';

/** Who signs: the distinguished name and key identifier that its certificates point at. */
export type Issuer = {
	readonly name: Uint8Array;
	readonly key: KeyObject;
	readonly keyId: Uint8Array;
};

/** What every certificate states, whoever it is for. */
export type Basics = {
	readonly publicKey: KeyObject;
	readonly issuer: Issuer;
	/** From and until, in milliseconds since the epoch. */
	readonly validity: Validity;
	/** From `serialNumber`. */
	readonly serial: Uint8Array;
};

export type Validity = {readonly from: number; readonly until: number};

export type Leaf = Basics & {
	/** Left out where it is longer than X.509 allows; the names count, not this. */
	readonly commonName: string;
	readonly usage: 'server' | 'client';
	/** Host names, address literals and, with a scheme, URIs. */
	readonly names: readonly string[];
};

/**
A P-256 certificate for a server or a client as PEM, strict enough for `openssl verify
-x509_strict` (RFC 5280): subject key and authority key identifiers, SAN, EKU, critical basic
constraints.
*/
export const leafCertificate = (leaf: Leaf): string => {
	const fits = leaf.commonName.length <= commonNameLength;
	const usage = leaf.usage === 'server' ? oids.serverAuth : oids.clientAuth;
	return certificate(
		leaf,
		fits ? distinguishedName([[oids.commonName, leaf.commonName]]) : der.sequence(),
		[
			extension(oids.basicConstraints, true, der.sequence()),
			extension(oids.keyUsage, true, der.bits(digitalSignature, 7)),
			extension(oids.extendedKeyUsage, false, der.sequence(der.oid(usage))),
			// An empty subject moves the name into the SAN, which is then critical (RFC 5280 §4.2.1.6).
			extension(oids.subjectAltName, !fits, der.sequence(...leaf.names.map(alternativeName))),
		],
	);
};

/** A certificate that may sign leafs and no further authority, as PEM. */
export const authorityCertificate = (basics: Basics): string =>
	certificate(basics, basics.issuer.name, [
		extension(
			oids.basicConstraints,
			true,
			der.sequence(der.boolean(true), der.integer(Uint8Array.of(0))),
		),
		extension(oids.keyUsage, true, der.bits(signsCertificates, 1)),
	]);

/** An authority's name and key, as its certificates point at them. */
export const issuerOf = (commonName: string, keys: KeyPair): Issuer => ({
	name: distinguishedName([
		[oids.organization, 'OpenShell'],
		[oids.commonName, commonName.slice(0, commonNameLength)],
	]),
	key: keys.privateKey,
	keyId: keyIdentifier(keys.publicKey),
});

/**
Positive, never zero, and without a leading zero byte, so that every reader spells it alike
(RFC 5280 §4.1.2.2). `random` gives 16 bytes.
*/
export const serialNumber = (random: Uint8Array): Uint8Array => {
	const bytes = Uint8Array.from(random);
	bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
	return bytes;
};

const certificate = (
	{issuer, validity, publicKey, serial}: Basics,
	subject: Uint8Array,
	extensions: readonly Uint8Array[],
): string => {
	const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));
	const signed = der.sequence(
		der.explicit(0, der.integer(Uint8Array.of(2))),
		der.integer(serial),
		algorithm,
		issuer.name,
		der.sequence(der.time(validity.from), der.time(validity.until)),
		subject,
		spkiOf(publicKey),
		der.explicit(3, der.sequence(...extensions, ...keyIdentifiers(publicKey, issuer))),
	);
	const signature = sign('sha256', signed, issuer.key);
	return toPem(der.sequence(signed, algorithm, der.bits(signature)));
};

/** `[[oid, value], …]` in order, most general first. */
const distinguishedName = (parts: readonly (readonly [oid: string, value: string])[]): Uint8Array =>
	der.sequence(
		...parts.map(([oid, value]) => der.set(der.sequence(der.oid(oid), der.text(value)))),
	);

const extension = (oid: string, isCritical: boolean, value: Uint8Array) =>
	der.sequence(der.oid(oid), ...(isCritical ? [der.boolean(true)] : []), der.octets(value));

const keyIdentifiers = (publicKey: KeyObject, issuer: Issuer) => [
	extension(oids.subjectKeyIdentifier, false, der.octets(keyIdentifier(publicKey))),
	extension(oids.authorityKeyIdentifier, false, der.sequence(der.implicit(0, issuer.keyId))),
];

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method 1): a name, not a signature. */
const keyIdentifier = (publicKey: KeyObject): Uint8Array =>
	createHash('sha1').update(spkiOf(publicKey).subarray(-uncompressedPointLength)).digest();

/** RFC 5280 §4.2.1.6: iPAddress, URI or dNSName. */
const alternativeName = (name: string) => {
	if (ipaddr.isValid(name)) {
		return der.implicit(7, Uint8Array.from(ipaddr.parse(name).toByteArray()));
	}

	return der.implicit(name.includes('://') ? 6 : 2, Buffer.from(name, 'latin1'));
};

const spkiOf = (publicKey: KeyObject) => publicKey.export({type: 'spki', format: 'der'});

const toPem = (bytes: Buffer) =>
	`-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;

const oids = {
	commonName: '2.5.4.3',
	organization: '2.5.4.10',
	basicConstraints: '2.5.29.19',
	keyUsage: '2.5.29.15',
	extendedKeyUsage: '2.5.29.37',
	subjectAltName: '2.5.29.17',
	subjectKeyIdentifier: '2.5.29.14',
	authorityKeyIdentifier: '2.5.29.35',
	serverAuth: '1.3.6.1.5.5.7.3.1',
	clientAuth: '1.3.6.1.5.5.7.3.2',
	ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

const digitalSignature = Uint8Array.of(0x80);
/** keyCertSign and cRLSign. */
const signsCertificates = Uint8Array.of(0x06);
/** RFC 5280 appendix A: ub-common-name. */
const commonNameLength = 64;
const uncompressedPointLength = 65;
