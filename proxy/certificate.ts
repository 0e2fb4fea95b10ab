import {createHash, type KeyObject, randomBytes, sign} from 'node:crypto';
import ipaddr from 'ipaddr.js';
import {der} from './der.ts';

/** Who signs: the distinguished name and key identifier that its certificates point at. */
export type Issuer = {
	readonly name: Uint8Array;
	readonly key: KeyObject;
	readonly keyId: Uint8Array;
};

/** From and until, in milliseconds since the epoch. */
export type Validity = {readonly from: number; readonly until: number};

/**
A server certificate for one host as PEM, strict enough for `openssl verify -x509_strict`
(RFC 5280): subject key and authority key identifiers, SAN, EKU, critical basic constraints.
*/
export const leafCertificate = (
	host: string,
	publicKey: KeyObject,
	issuer: Issuer,
	validity: Validity,
): string => {
	const fitsCommonName = host.length <= commonNameLength;
	return certificate(issuer, validity, {
		subject: fitsCommonName ? distinguishedName([[oids.commonName, host]]) : der.sequence(),
		publicKey,
		extensions: [
			extension(oids.basicConstraints, true, der.sequence()),
			extension(oids.keyUsage, true, der.bits(digitalSignature, 7)),
			extension(oids.extendedKeyUsage, false, der.sequence(der.oid(oids.serverAuth))),
			// An empty subject moves the name into the SAN, which is then critical (RFC 5280 §4.2.1.6).
			extension(oids.subjectAltName, !fitsCommonName, der.sequence(alternativeName(host))),
			...keyIdentifiers(publicKey, issuer),
		],
	});
};

/** A certificate that may sign leafs and no further authority, as PEM. */
export const authorityCertificate = (
	publicKey: KeyObject,
	issuer: Issuer,
	validity: Validity,
): string =>
	certificate(issuer, validity, {
		subject: issuer.name,
		publicKey,
		extensions: [
			extension(
				oids.basicConstraints,
				true,
				der.sequence(der.boolean(true), der.integer(Uint8Array.of(0))),
			),
			extension(oids.keyUsage, true, der.bits(signsCertificates, 1)),
			...keyIdentifiers(publicKey, issuer),
		],
	});

/** `[[oid, value], …]` in order, most general first. */
export const distinguishedName = (
	parts: readonly (readonly [oid: string, value: string])[],
): Uint8Array =>
	der.sequence(
		...parts.map(([oid, value]) => der.set(der.sequence(der.oid(oid), der.text(value)))),
	);

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method 1): a name, not a signature. */
export const keyIdentifier = (publicKey: KeyObject): Uint8Array =>
	createHash('sha1').update(spkiOf(publicKey).subarray(-uncompressedPointLength)).digest();

export const oids = {
	commonName: '2.5.4.3',
	organization: '2.5.4.10',
	basicConstraints: '2.5.29.19',
	keyUsage: '2.5.29.15',
	extendedKeyUsage: '2.5.29.37',
	subjectAltName: '2.5.29.17',
	subjectKeyIdentifier: '2.5.29.14',
	authorityKeyIdentifier: '2.5.29.35',
	serverAuth: '1.3.6.1.5.5.7.3.1',
	ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

type Subject = {
	readonly subject: Uint8Array;
	readonly publicKey: KeyObject;
	readonly extensions: readonly Uint8Array[];
};

const certificate = (issuer: Issuer, validity: Validity, subject: Subject): string => {
	const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));
	const signed = der.sequence(
		der.explicit(0, der.integer(Uint8Array.of(2))),
		der.integer(serialNumber()),
		algorithm,
		issuer.name,
		der.sequence(der.time(validity.from), der.time(validity.until)),
		subject.subject,
		spkiOf(subject.publicKey),
		der.explicit(3, der.sequence(...subject.extensions)),
	);
	const signature = sign('sha256', signed, issuer.key);
	return toPem(der.sequence(signed, algorithm, der.bits(signature)));
};

const extension = (oid: string, isCritical: boolean, value: Uint8Array) =>
	der.sequence(der.oid(oid), ...(isCritical ? [der.boolean(true)] : []), der.octets(value));

const keyIdentifiers = (publicKey: KeyObject, issuer: Issuer) => [
	extension(oids.subjectKeyIdentifier, false, der.octets(keyIdentifier(publicKey))),
	extension(oids.authorityKeyIdentifier, false, der.sequence(der.implicit(0, issuer.keyId))),
];

const alternativeName = (host: string) =>
	ipaddr.isValid(host)
		? der.implicit(7, Uint8Array.from(ipaddr.parse(host).toByteArray()))
		: der.implicit(2, Buffer.from(host, 'latin1'));

/** Positive, never zero, 126 bits of randomness (RFC 5280 §4.1.2.2). */
const serialNumber = () => {
	const bytes = randomBytes(16);
	bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
	return bytes;
};

const spkiOf = (publicKey: KeyObject) => publicKey.export({type: 'spki', format: 'der'});

const toPem = (bytes: Buffer) =>
	`-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;

const digitalSignature = Uint8Array.of(0x80);
/** keyCertSign and cRLSign. */
const signsCertificates = Uint8Array.of(0x06);
/** RFC 5280 appendix A: ub-common-name. */
const commonNameLength = 64;
const uncompressedPointLength = 65;
