import {execFile} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {writeFile} from 'node:fs/promises';
import {type AddressInfo, createServer} from 'node:net';
import {join} from 'node:path';
import {connect, TLSSocket} from 'node:tls';
import {promisify} from 'node:util';
import test, {type ExecutionContext} from 'ava';
import {type Authority, createAuthority} from '../../proxy/authority.ts';
import {authorityLimits} from '../../proxy/limits.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

const run = promisify(execFile);
const make = (capacity = 8, now = Date.now) => createAuthority({name: 'box', now, capacity});

/** The leaf that a client sees which asks for `host`. */
const leafOf = async (t: ExecutionContext, authority: Authority, host: string) => {
	const server = createServer(socket => {
		socket.on('error', () => undefined);
		const secured = new TLSSocket(socket, {
			isServer: true,
			secureContext: authority.contextFor(host),
		});
		secured.on('error', () => undefined);
	});
	t.teardown(() => server.close());
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const {port} = server.address() as AddressInfo;
	return new Promise<X509Certificate>((resolve, reject) => {
		// The host is verified as any client would: by name, or by address for a literal.
		const socket = connect(
			{port, host: '127.0.0.1', ca: authority.caPem, checkServerIdentity: () => undefined},
			() => {
				const certificate = new X509Certificate(socket.getPeerCertificate().raw);
				socket.destroy();
				resolve(certificate);
			},
		);
		socket.once('error', reject);
	});
};

const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.test`;

for (const host of ['api.example.test', '10.1.2.3', '2001:db8::1', long]) {
	test(`a leaf for ${host.slice(0, 20)} passes openssl's strict check`, async t => {
		const authority = make();
		const leaf = await leafOf(t, authority, host);
		const folder = await temporaryDirectory(t);
		await writeFile(join(folder, 'ca.pem'), authority.caPem);
		await writeFile(join(folder, 'leaf.pem'), leaf.toString());
		const {stdout} = await run('openssl', [
			'verify',
			'-x509_strict',
			'-purpose',
			'sslserver',
			'-CAfile',
			join(folder, 'ca.pem'),
			join(folder, 'leaf.pem'),
		]);
		t.regex(stdout, /OK/);
		t.not(
			host.includes(':') || /^\d/.test(host) ? leaf.checkIP(host) : leaf.checkHost(host),
			undefined,
		);
	});
}

test('a leaf lives a week at most, starts an hour ago, and never outlives its authority', async t => {
	const leaf = await leafOf(t, make(), 'a.test');
	const from = Date.parse(leaf.validFrom);
	const until = Date.parse(leaf.validTo);
	t.true(until - from <= authorityLimits.leafMs);
	t.true(Math.abs(from - (Date.now() - authorityLimits.backdateMs)) < 60_000);

	const month = authorityLimits.authorityMs;
	let now = Date.now() - month + 3_600_000 * 3;
	const old = make(8, () => now);
	now = Date.now();
	const last = await leafOf(t, old, 'a.test');
	t.true(Date.parse(last.validTo) <= Date.parse(new X509Certificate(old.caPem).validTo));
});

test('two authorities have different keys, and each PEM says it may only sign leafs', t => {
	const [one, other] = [make(), make()];
	t.not(one.caPem, other.caPem);
	const certificate = new X509Certificate(one.caPem);
	t.true(certificate.ca);
	t.regex(certificate.subject, /CN=sandbox box/);
	t.notRegex(one.caPem, /PRIVATE/);
});

test('a context is made once for a host and forgotten when more are used than are kept', t => {
	const authority = make(2);
	const first = authority.contextFor('a.test');
	t.is(authority.contextFor('a.test'), first);
	authority.contextFor('b.test');
	t.is(authority.contextFor('a.test'), first);
	authority.contextFor('c.test');
	t.is(authority.contextFor('a.test'), first);
	authority.contextFor('d.test');
	authority.contextFor('e.test');
	t.not(authority.contextFor('a.test'), first);
});

test('a context near the end of its leaf is made anew', t => {
	let now = Date.now();
	const authority = make(2, () => now);
	const first = authority.contextFor('a.test');
	now += authorityLimits.leafMs - authorityLimits.renewBeforeMs - authorityLimits.backdateMs + 1000;
	t.not(authority.contextFor('a.test'), first);
});
