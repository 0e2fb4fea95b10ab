import {createHash, generateKeyPairSync, type KeyObject, randomBytes, sign} from 'node:crypto';
import {der} from './der.ts';

/** A certificate for some names, and the authority to trust for it. All PEM. */
export type ServerCertificate = {
	readonly authority: string;
	readonly certificate: string;
	readonly key: string;
};

const hourMs = 3_600_000;
const ecdsaWithSha256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));

/**
Makes a throwaway authority and one server certificate under it (RFC 5280, EC P-256), valid for a
day. The authority's key is dropped on return, so nothing else can ever be signed by it.
*/
export function makeServerCertificate(names: readonly string[], now: number): ServerCertificate {
	const authority = makeKeys();
	const server = makeKeys();
	const common = {issuer: 'GitHub stand-in authority', signer: authority, now};
	const keyPem = server.privateKey.export({type: 'pkcs8', format: 'pem'}).toString();
	return {
		authority: certificate({
			...common,
			subject: 'GitHub stand-in authority',
			subjectKeys: authority,
			extensions: [
				extension('2.5.29.19', der.sequence(der.yes, der.integer(Buffer.from([0]))), true),
				extension('2.5.29.15', der.bits(Buffer.from([0x06]), 1), true),
			],
		}),
		certificate: certificate({
			...common,
			subject: names[0] ?? 'stand-in',
			subjectKeys: server,
			extensions: [
				extension('2.5.29.19', der.sequence(), true),
				extension('2.5.29.15', der.bits(Buffer.from([0x80]), 7), true),
				extension('2.5.29.37', der.sequence(der.objectId('1.3.6.1.5.5.7.3.1'))),
				extension(
					'2.5.29.17',
					der.sequence(...names.map(name => der.implicit(2, Buffer.from(name)))),
				),
			],
		}),
		key: keyPem,
	};
}

type Keys = {
	readonly privateKey: KeyObject;
	/** SubjectPublicKeyInfo. */
	readonly spki: Buffer;
	readonly identifier: Buffer;
};

function makeKeys(): Keys {
	const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
	const spki = publicKey.export({type: 'spki', format: 'der'});
	// RFC 5280 4.2.1.2 (1): SHA-1 over the public key's bits, the last 65 bytes for P-256.
	return {privateKey, spki, identifier: createHash('sha1').update(spki.subarray(-65)).digest()};
}

type Asked = {
	readonly subject: string;
	readonly subjectKeys: Keys;
	readonly issuer: string;
	readonly signer: Keys;
	readonly extensions: readonly Buffer[];
	readonly now: number;
};

function certificate({subject, subjectKeys, issuer, signer, extensions, now}: Asked): string {
	const toBeSigned = der.sequence(
		der.tagged(0, der.integer(Buffer.from([2]))),
		der.integer(randomBytes(16)),
		ecdsaWithSha256,
		commonName(issuer),
		der.sequence(der.time(now - hourMs), der.time(now + 24 * hourMs)),
		commonName(subject),
		subjectKeys.spki,
		der.tagged(
			3,
			der.sequence(
				...extensions,
				extension('2.5.29.14', der.octets(subjectKeys.identifier)),
				extension('2.5.29.35', der.sequence(der.implicit(0, signer.identifier))),
			),
		),
	);
	const signature = der.bits(sign('sha256', toBeSigned, signer.privateKey));
	return pem(der.sequence(toBeSigned, ecdsaWithSha256, signature));
}

const commonName = (name: string): Buffer =>
	der.sequence(der.set(der.sequence(der.objectId('2.5.4.3'), der.text(name))));

const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
	der.sequence(der.objectId(id), ...(isCritical ? [der.yes] : []), der.octets(value));

const pem = (bytes: Buffer): string =>
	[
		'-----BEGIN CERTIFICATE-----',
		...(bytes.toString('base64').match(/.{1,64}/g) ?? []),
		'-----END CERTIFICATE-----',
		'',
	].join('\n');
