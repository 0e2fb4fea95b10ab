import {randomBytes, X509Certificate} from 'node:crypto';
import test from 'ava';
import {
	authorityCertificate,
	issuerOf,
	type Leaf,
	leafCertificate,
	serialNumber,
} from '../../x509/certificate.ts';
import {makeKeys} from '../../x509/keys.ts';

const authority = makeKeys();
const issuer = issuerOf('test authority', authority);
const validity = {from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 2)};
const ca = new X509Certificate(
	authorityCertificate({
		publicKey: authority.publicKey,
		issuer,
		validity,
		serial: serialNumber(randomBytes(16)),
	}),
);

const leaf = (subject: Pick<Leaf, 'commonName' | 'usage' | 'names'>, serial = randomBytes(16)) =>
	new X509Certificate(
		leafCertificate({
			...subject,
			publicKey: makeKeys().publicKey,
			issuer,
			validity,
			serial: serialNumber(serial),
		}),
	);

test('an authority signs itself and may sign others', t => {
	t.true(ca.ca);
	t.true(ca.verify(authority.publicKey));
	t.is(ca.subject, 'O=OpenShell\nCN=test authority');
});

test('a leaf names hosts, addresses and URIs as what they are', t => {
	const made = leaf({
		commonName: 'box',
		usage: 'client',
		names: ['box.example.test', '127.0.0.1', '::1', 'openshell://sandbox/sbx_1'],
	});
	t.is(
		made.subjectAltName,
		'DNS:box.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:openshell://sandbox/sbx_1',
	);
	t.true(made.checkIssued(ca));
	t.true(made.verify(authority.publicKey));
	t.false(made.ca);
	t.deepEqual(made.keyUsage, ['1.3.6.1.5.5.7.3.2']);
});

test('a server leaf is for servers only', t => {
	const made = leaf({commonName: 'a.test', usage: 'server', names: ['a.test']});
	t.deepEqual(made.keyUsage, ['1.3.6.1.5.5.7.3.1']);
	t.is(made.checkHost('a.test'), 'a.test');
	t.is(made.checkHost('b.test'), undefined);
});

test('a name longer than a common name may be is left to the alternative names', t => {
	const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.test`;
	const made = leaf({commonName: long, usage: 'server', names: [long]});
	t.is(made.subject, undefined as unknown as string);
	t.is(made.checkHost(long), long);
});

test('a serial number is positive and keeps its sixteen bytes', t => {
	for (const first of [0x00, 0x7f, 0x80, 0xff]) {
		const random = Uint8Array.from([first, ...new Uint8Array(15)]);
		const made = leaf(
			{commonName: 'a.test', usage: 'server', names: ['a.test']},
			Buffer.from(random),
		);
		t.regex(made.serialNumber, /^[4-7][0-9A-F]{31}$/);
	}
});
