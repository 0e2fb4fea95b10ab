import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import path from 'node:path';
import {env} from 'node:process';
import {connect as connectTls} from 'node:tls';
import test from 'ava';
import {openPki} from '../../gateway/service/pki.ts';
import {createDialer} from '../../proxy/relay/dial.ts';
import {attachSandbox, enterSandbox, startTestGateway} from '../gateway/helpers/gateway.ts';
import {dialLoopback} from '../helpers/engine.ts';
import {routeTo} from '../helpers/scripted-gate.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {serveHttps} from '../helpers/wire.ts';

// Turns verification off wherever it is only the default. A file of its own: this is its worker's environment.
env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';

test('this environment does turn the default off', async t => {
	const port = await serveHttps(t, (_request, response) => response.end());
	const socket = connectTls({port, host: '127.0.0.1', servername: 'a.test'});
	await once(socket, 'secureConnect');
	t.false(socket.authorized);
	socket.destroy();
});

test('an upstream is verified all the same (X18)', async t => {
	const port = await serveHttps(t, (_request, response) => response.end());
	const dialer = createDialer({
		connect: dialLoopback,
		limits: {connectMs: 5000, dialAddresses: 1},
	});
	const {signal} = new AbortController();
	const route = routeTo('a.test', 443, port);
	const socket = await dialer.open(route, signal);
	await t.throwsAsync(dialer.secure(socket, route, signal), {message: /TLS failed/});
});

test('the gateway is verified all the same (X18)', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const other = await openPki(path.join(await temporaryDirectory(t), 'pki'), {
		now: Date.now,
		random: randomBytes,
	});
	const misled = enterSandbox(t, gateway, 'demo', {...sandbox.attached, ca: other.ca});
	t.like(await misled.client.config('demo'), {ok: false, error: {kind: 'unreachable'}});
});
