import test, {type ExecutionContext} from 'ava';
import {denyBody} from '../../../plugins/deny-body/plugin.ts';
import {maxBodyBytes} from '../../../plugins/policy-local/limits.ts';
import {policyLocal} from '../../../plugins/policy-local/plugin.ts';
import {aDenial, ringOf} from '../../helpers/denials.ts';
import {runEngine} from '../../helpers/engine.ts';
import {deny, everything, makeWorld} from '../../helpers/gate-world.ts';
import {aChunk, chunkId, fakeGateway} from '../../helpers/gateway.ts';
import {fakeHost} from '../../helpers/plugin-host.ts';
import {fakePolicy} from '../../helpers/policy.ts';
import {open} from '../../helpers/wire.ts';

const setup = async (t: ExecutionContext) => {
	const gateway = fakeGateway();
	const policy = fakePolicy();
	const host = fakeHost({gateway, policy, denials: ringOf(aDenial())});
	const {gate} = makeWorld({
		policy: everything(deny('deny_rule')),
		plugins: [policyLocal(host), denyBody(host)],
	});
	const {port} = await runEngine(t, gate);
	const ask = async (request: string) => {
		const line = await open(t, port);
		line.send(request);
		return line.rest();
	};

	return {gateway, policy, port, ask};
};

const head = (start: string, ...headers: readonly string[]) =>
	[
		`${start} HTTP/1.1`,
		'Host: policy.local',
		'Proxy-Authorization: token',
		...headers,
		'',
		'',
	].join('\r\n');

test('a client of the proxy reads the policy, in absolute form, and the connection ends', async t => {
	const {ask} = await setup(t);
	const reply = await ask(head('GET http://policy.local/v1/policy/current'));
	t.regex(reply, /^HTTP\/1\.1 200 /);
	t.regex(reply, /connection: close/i);
	t.regex(reply, /\r\n\r\n\{"format":"yaml","policy_yaml":"version: 1\\n"\}$/);
});

test('a proposal in chunks arrives whole', async t => {
	const {ask, gateway} = await setup(t);
	const body = JSON.stringify({
		operations: [aChunk().operation],
		denial_ids: [aDenial().denial_id],
	});
	const half = Math.trunc(body.length / 2);
	const chunks = [body.slice(0, half), body.slice(half)].map(
		part => `${part.length.toString(16)}\r\n${part}\r\n`,
	);
	const reply = await ask(
		`${head('POST http://policy.local/v1/proposals', 'Content-Type: application/json', 'Transfer-Encoding: chunked')}${chunks.join('')}0\r\n\r\n`,
	);
	t.regex(reply, /^HTTP\/1\.1 202 /);
	t.is(gateway.submitted[0]?.denials.length, 1);
});

test('a body that declares itself too long is answered before it is sent', async t => {
	const {ask} = await setup(t);
	const reply = await ask(
		head(
			'POST http://policy.local/v1/proposals',
			'Content-Type: application/json',
			`Content-Length: ${maxBodyBytes + 1}`,
		),
	);
	t.regex(reply, /^HTTP\/1\.1 413 /);
});

test('a browser that was pointed at the proxy gets nothing', async t => {
	const {ask} = await setup(t);
	const reply = await ask(
		head('GET http://policy.local/v1/policy/current', 'Origin: http://evil.example'),
	);
	t.regex(reply, /^HTTP\/1\.1 403 /);
	t.notRegex(reply, /version: 1/);
});

test('a wait is answered the moment somebody rules', async t => {
	const {port, gateway} = await setup(t);
	gateway.put(aChunk());
	const line = await open(t, port);
	line.send(head(`GET http://policy.local/v1/proposals/${chunkId(0)}/wait?timeout=300`));
	while (gateway.listeners === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	gateway.put(aChunk({status: 'rejected', phase: 'denied', rejection_reason: 'Only docs/.'}));
	t.regex(await line.rest(), /"rejection_reason":"Only docs\/\."/);
});

test('a client that leaves ends its wait', async t => {
	const {port, gateway} = await setup(t);
	gateway.put(aChunk());
	const line = await open(t, port);
	line.send(head(`GET http://policy.local/v1/proposals/${chunkId(0)}/wait?timeout=300`));
	while (gateway.listeners === 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	line.socket.destroy();
	while (gateway.listeners > 0) {
		await new Promise(resolve => setImmediate(resolve));
	}

	t.pass();
});

test('what is refused elsewhere is rendered by the same chain', async t => {
	const {ask} = await setup(t);
	const reply = await ask(
		'GET http://blocked.example/ HTTP/1.1\r\nHost: blocked.example\r\nProxy-Authorization: token\r\n\r\n',
	);
	t.regex(reply, /^HTTP\/1\.1 403 /);
	t.regex(reply, /"agent_guidance":"No proposal can change this/);
});
