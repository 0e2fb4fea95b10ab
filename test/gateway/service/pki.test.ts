import {randomBytes, X509Certificate} from 'node:crypto';
import {chmod, readFile, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {clientCertificateMs} from '../../../gateway/service/limits.ts';
import {openPki} from '../../../gateway/service/pki.ts';
import type {SandboxId, SandboxName} from '../../../policies/model/names.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

const at = Date.UTC(2026, 10, 1);
const deps = {now: () => at, random: (count: number) => randomBytes(count)};
const sandbox = {id: 'sbx_01JAAAAAAAAAAAAAAAAAAAAAAA' as SandboxId, name: 'demo' as SandboxName};

test('a sandbox certificate names the sandbox, serves only as a client and lasts a day', async t => {
	const pki = await openPki(path.join(await temporaryDirectory(t), 'pki'), deps);
	const identity = pki.issue(sandbox);
	const certificate = new X509Certificate(identity.certificate);
	t.is(certificate.subject, 'CN=demo');
	t.is(certificate.subjectAltName, `URI:openshell://sandbox/${sandbox.id}`);
	t.is(certificate.serialNumber, identity.serial);
	t.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2']);
	t.is(Date.parse(certificate.validTo), at + clientCertificateMs);
	t.false(certificate.ca);
	t.true(certificate.verify(new X509Certificate(pki.ca).publicKey));
});

test('the server certificate is for loopback names only', async t => {
	const pki = await openPki(path.join(await temporaryDirectory(t), 'pki'), deps);
	const certificate = new X509Certificate(pki.server.certificate);
	t.is(
		certificate.subjectAltName,
		'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
	);
	t.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
});

test('the authority survives a restart and its key is private', async t => {
	const directory = path.join(await temporaryDirectory(t), 'pki');
	const first = await openPki(directory, deps);
	const second = await openPki(directory, deps);
	t.is(first.ca, second.ca);
	t.is((await stat(path.join(directory, 'ca-key.pem'))).mode & 0o777, 0o600);
	t.is((await stat(directory)).mode & 0o777, 0o700);
	t.false((await readFile(path.join(directory, 'ca.pem'), 'utf8')).includes('PRIVATE'));
});

test('a key that others could read is refused', async t => {
	const directory = path.join(await temporaryDirectory(t), 'pki');
	await openPki(directory, deps);
	await chmod(path.join(directory, 'ca-key.pem'), 0o644);
	await t.throwsAsync(openPki(directory, deps), {message: /can be read by others/});
});

test('a damaged key file stops the start instead of being replaced', async t => {
	const directory = path.join(await temporaryDirectory(t), 'pki');
	await openPki(directory, deps);
	await writeFile(path.join(directory, 'ca-key.pem'), 'half', {mode: 0o600});
	await t.throwsAsync(openPki(directory, deps), {message: /is not the gateway's key/});
});

test('serial numbers never start with a zero byte or a sign bit', async t => {
	const zeros = {now: () => at, random: (count: number) => Buffer.alloc(count)};
	const ones = {now: () => at, random: (count: number) => Buffer.alloc(count, 0xff)};
	for (const random of [zeros, ones]) {
		const pki = await openPki(path.join(await temporaryDirectory(t), 'pki'), random);
		const identity = pki.issue(sandbox);
		t.is(new X509Certificate(identity.certificate).serialNumber, identity.serial);
		t.regex(identity.serial, /^[4-7]/);
	}
});
