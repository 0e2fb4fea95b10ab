import test from 'ava';
import {runEngine} from '../../helpers/engine.ts';
import {scriptGate} from '../../helpers/scripted-gate.ts';
import {open, serveHttp, serveHttps} from '../../helpers/wire.ts';

test('a request inside TLS reaches its upstream over TLS and the answer comes back', async t => {
	const dialPort = await serveHttps(t, (request, response) => {
		response.setHeader('X-Upstream', 'yes');
		response.end(`${request.method} ${request.url} ${request.headers.host}`);
	});
	const gate = scriptGate({dialPort});
	const {inside} = await runEngine(t, gate);
	const line = await inside('api.test:443');
	line.send('GET /a//b?x=1 HTTP/1.1\r\nHost: api.test\r\n\r\n');
	const {head, body} = await line.response();
	t.regex(head, /^HTTP\/1\.1 200 OK\r\n/);
	t.regex(head, /X-Upstream: yes/);
	t.is(body, 'GET /a//b?x=1 api.test');
	t.like(gate.asked.requests[0]?.tunnel, {
		host: 'api.test',
		port: 443,
		isTls: true,
		servername: 'api.test',
	});
	t.deepEqual(gate.passages[0]?.calls.answered, [200]);
});

test('a request in absolute form reaches its upstream', async t => {
	const dialPort = await serveHttp(t, (request, response) => response.end(`plain ${request.url}`));
	const gate = scriptGate({dialPort});
	const {port} = await runEngine(t, gate);
	const line = await open(t, port);
	line.send('GET http://plain.test/p?q HTTP/1.1\r\nHost: plain.test\r\n\r\n');
	t.is((await line.response()).body, 'plain /p?q');
	t.is(gate.asked.requests[0]?.tunnel, undefined);
	t.is(gate.asked.requests[0]?.exchange.head.target, 'http://plain.test/p?q');
});
