import {randomBytes} from 'node:crypto';
import {createServer} from 'node:http';
import path from 'node:path';
import test from 'ava';
import {mayReview} from '../../../gateway/server/peer.ts';
import {readPrincipal} from '../../../gateway/server/principal.ts';
import {openPki} from '../../../gateway/service/pki.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {until} from '../../helpers/wait.ts';
import {
	attachRequest,
	attachSandbox,
	enterSandbox,
	must,
	startTestGateway,
} from '../helpers/gateway.ts';
import {ask} from '../helpers/raw.ts';
import {openTestStore} from '../helpers/store.ts';

const refused = {
	ok: false,
	error: {kind: 'refused', status: 401, body: {error: 'unauthenticated'}},
};
const unreachable = {ok: false, error: {kind: 'unreachable'}};

test('each attach gives a new certificate and refuses the one before', async t => {
	const gateway = await startTestGateway(t);
	const first = await attachSandbox(t, gateway);
	const again = enterSandbox(
		t,
		gateway,
		'demo',
		must(await gateway.reviewer.attach('demo', attachRequest())),
	);
	t.like(await first.client.config('demo'), refused);
	t.true((await again.client.config('demo')).ok);
});

test('a removed sandbox is refused at once, also on a connection that is open, and its feed ends', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const connected = await sandbox.connect();
	t.true(must(await gateway.reviewer.sandboxes())[0]?.is_connected);
	let isLost = false;
	connected.feed.onLost(() => {
		isLost = true;
	});
	must(await gateway.reviewer.removeSandbox('demo'));
	t.like(await sandbox.client.config('demo'), refused);
	await until(() => isLost);
	t.deepEqual(must(await gateway.reviewer.sandboxes()), []);
});

test('a name that is used again is another sandbox: nothing is inherited', async t => {
	const gateway = await startTestGateway(t);
	const before = await attachSandbox(t, gateway);
	must(await gateway.reviewer.removeSandbox('demo'));
	const after = await attachSandbox(t, gateway);
	t.not(after.attached.id, before.attached.id);
	t.deepEqual(must(await after.client.chunks('demo')), []);
	t.like(await before.client.config('demo'), refused);
});

test('renewal keeps the certificate that asked valid until the next renewal', async t => {
	const gateway = await startTestGateway(t);
	const first = await attachSandbox(t, gateway);
	const enter = async (from: typeof first) =>
		enterSandbox(t, gateway, 'demo', {
			...first.attached,
			...must(await from.client.renewCertificate('demo')),
		});
	const second = await enter(first);
	t.true((await first.client.config('demo')).ok);
	t.true((await second.client.config('demo')).ok);
	const third = await enter(second);
	t.like(await first.client.config('demo'), refused);
	t.true((await second.client.config('demo')).ok);
	t.true((await third.client.config('demo')).ok);
});

test('who shows no certificate, or one of another authority, gets no connection', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const other = await openPki(path.join(await temporaryDirectory(t), 'pki'), {
		now: () => Date.now(),
		random: count => randomBytes(count),
	});
	const forged = await other.issue(sandbox.attached);
	const foreign = enterSandbox(t, gateway, 'demo', {...sandbox.attached, ...forged});
	t.like(await foreign.client.config('demo'), unreachable);
	const nobody = enterSandbox(t, gateway, 'demo', {...sandbox.attached, certificate: '', key: ''});
	t.like(await nobody.client.config('demo'), unreachable);
});

test('a client refuses a gateway of another authority', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const other = await openPki(path.join(await temporaryDirectory(t), 'pki'), {
		now: () => Date.now(),
		random: count => randomBytes(count),
	});
	const misled = enterSandbox(t, gateway, 'demo', {...sandbox.attached, ca: other.ca});
	t.like(await misled.client.config('demo'), unreachable);
});

test('a certificate that ran out during its connection is refused', async t => {
	let ahead = 0;
	const gateway = await startTestGateway(t, {now: () => Date.now() + ahead});
	const sandbox = await attachSandbox(t, gateway);
	ahead = 25 * 60 * 60 * 1000;
	t.like(await sandbox.client.config('demo'), refused);
});

test('a sandbox is told that its proxy is one: an open feed keeps a second run out', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const connected = await sandbox.connect();
	t.like(await gateway.reviewer.attach('demo', attachRequest()), {
		ok: false,
		error: {status: 409, body: {error: 'sandbox_live'}},
	});
	await connected.leave();
	await until(async () => (await gateway.reviewer.attach('demo', attachRequest())).ok);
	t.pass();
});

test('only the same user in the same network namespace may review', async t => {
	const uid = process.getuid?.() ?? -1;
	t.true(await mayReview({pid: process.pid, uid}, uid));
	t.false(await mayReview({pid: process.pid, uid: uid + 1}, uid));
	t.false(await mayReview({pid: 2 ** 30, uid}, uid));
	t.false(await mayReview(undefined, uid));
	const peer = {pid: process.pid, uid};
	t.false(await mayReview(peer, uid, async name => (name === 'self' ? 'net:[1]' : 'net:[2]')));
	t.false(await mayReview(peer, uid, () => Promise.reject(new Error('no /proc'))));
});

test('a peer that is not the reviewer is nobody on the socket', async t => {
	const store = await openTestStore(t);
	const socketPath = path.join(await temporaryDirectory(t), 's');
	const uid = process.getuid?.() ?? -1;
	const deps = {store, now: () => Date.now(), userName: 'tester'};
	const server = createServer(async (request, response) => {
		const principal = await readPrincipal({...deps, uid: uid + 1}, request);
		response.end(principal?.kind ?? 'nobody');
	});
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	t.teardown(() => server.close());
	t.is((await ask(socketPath, 'GET', '/')).body, 'nobody');
});
