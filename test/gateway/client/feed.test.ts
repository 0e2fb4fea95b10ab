import http from 'node:http';
import path from 'node:path';
import test from 'ava';
import {openFeed} from '../../../gateway/client/feed.ts';
import {gatewayPort} from '../../../gateway/client/port.ts';
import {makeTransport, type Transport} from '../../../gateway/client/transport.ts';
import {paths} from '../../../gateway/client/wire.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';
import {until} from '../../helpers/wait.ts';
import {
	attachSandbox,
	feedDeps,
	follow,
	must,
	propose,
	startTestGateway,
	tokenOf,
} from '../helpers/gateway.ts';

/** A gateway's feed as a script: each connection gets the next handler. */
const scripted = async (
	t: Parameters<typeof temporaryDirectory>[0],
	handlers: ReadonlyArray<(request: http.IncomingMessage, response: http.ServerResponse) => void>,
): Promise<{readonly transport: Transport; readonly urls: string[]}> => {
	const urls: string[] = [];
	const server = http.createServer((request, response) => {
		const handle = handlers[urls.length] ?? handlers.at(-1);
		urls.push(request.url ?? '');
		handle?.(request, response);
	});
	const socketPath = path.join(await temporaryDirectory(t), 's');
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	const transport = makeTransport({kind: 'socket', path: socketPath});
	t.teardown(() => {
		transport.close();
		server.closeAllConnections();
		server.close();
	});
	return {transport, urls};
};

const head = {'content-type': 'text/event-stream', 'openshell-epoch': 'e1'};
const block = (seq: number): string =>
	`id: ${seq}\ndata: ${JSON.stringify({seq, at: 1, sandbox: 'demo', kind: 'denial', data: {}})}\n\n`;

const run = (
	t: Parameters<typeof temporaryDirectory>[0],
	transport: Transport,
	silenceMs?: number,
) => {
	const ending = new AbortController();
	const feed = openFeed(
		transport,
		{path: '/feed', signal: ending.signal, ...(silenceMs !== undefined && {silenceMs})},
		feedDeps,
	);
	const seen: Array<number | string> = [];
	feed.onOpen(({resumed}) => seen.push(resumed ? 'resumed' : 'opened'));
	feed.onEvent(event => seen.push(event.seq));
	const losses: string[] = [];
	feed.onLost(reason => losses.push(reason));
	t.teardown(async () => {
		ending.abort();
		await feed.ended;
	});
	return {seen, losses, ending, feed};
};

test('a cut feed resumes by its cursor, without loss and without telling twice', async t => {
	const {transport, urls} = await scripted(t, [
		(_request, response) => {
			response.writeHead(200, head);
			response.write(`: hello\nid: 4\n\n${block(5)}${block(6)}id: 7\nda`);
			setImmediate(() => response.destroy());
		},
		(_request, response) => {
			response.writeHead(200, head);
			response.write(`: hello\nid: 6\n\n${block(6)}${block(7)}`);
		},
	]);
	const {seen} = run(t, transport);
	await until(() => seen.includes(7));
	t.deepEqual(seen, ['opened', 5, 6, 'resumed', 7]);
	t.deepEqual(urls, ['/feed', '/feed?after=6&epoch=e1']);
});

test('a cursor that is lost starts over and says that something may have been missed', async t => {
	const {transport, urls} = await scripted(t, [
		(_request, response) => {
			response.writeHead(200, head);
			response.end('id: 9\n\n');
		},
		(_request, response) => {
			response.writeHead(409, {'content-type': 'application/json'});
			response.end(JSON.stringify({error: 'cursor_lost', detail: 'gone'}));
		},
		(_request, response) => {
			response.writeHead(200, {...head, 'openshell-epoch': 'e2'});
			response.write(`id: 1\n\n${block(2)}`);
		},
	]);
	const {seen} = run(t, transport);
	await until(() => seen.includes(2));
	t.deepEqual(seen, ['opened', 'opened', 2]);
	t.is(urls[2], '/feed');
});

test('a peer that went silent is given up, one that beats is kept', async t => {
	const beats: Array<ReturnType<typeof setInterval>> = [];
	t.teardown(() => beats.forEach(clearInterval));
	const {transport, urls} = await scripted(t, [
		(_request, response) => {
			response.writeHead(200, head);
			response.write('id: 1\n\n');
		},
		(_request, response) => {
			response.writeHead(200, head);
			response.write('id: 1\n\n');
			let beat = 0;
			beats.push(
				setInterval(() => {
					response.write(': still here\n\n');
					if (++beat === 60) {
						response.write(block(2));
					}
				}, 25),
			);
		},
	]);
	const {seen, losses} = run(t, transport, 800);
	await until(() => seen.includes(2));
	t.is(urls.length, 2);
	t.deepEqual(losses, ['the gateway went silent']);
});

test('an event that is too long, or is no JSON, ends the stream and not the feed', async t => {
	const {transport} = await scripted(t, [
		(_request, response) => {
			response.writeHead(200, head);
			response.write(`id: 1\n\nid: 2\ndata: ${'x'.repeat(100_000)}`);
		},
		(_request, response) => {
			response.writeHead(200, head);
			response.write('id: 3\ndata: {\n\n');
		},
		(_request, response) => {
			response.writeHead(200, head);
			response.write(block(4));
		},
	]);
	const {seen, losses} = run(t, transport);
	await until(() => seen.includes(4));
	t.is(losses.length, 2);
	t.regex(losses[0] ?? '', /too long/);
});

test('a feed waits longer each time it fails, with jitter, and not for ever', async t => {
	const pauses: number[] = [];
	const ending = new AbortController();
	const transport = makeTransport({kind: 'socket', path: '/nowhere/at/all'});
	const feed = openFeed(
		transport,
		{path: '/feed', signal: ending.signal},
		{
			random: () => 0.5,
			async sleep(ms) {
				pauses.push(ms);
				if (pauses.length === 9) {
					ending.abort();
				}
			},
		},
	);
	await feed.ended;
	t.deepEqual(pauses, [150, 300, 600, 1200, 2400, 4800, 7500, 7500, 7500]);
});

test('a reviewer follows all sandboxes, a sandbox only itself, across a restart of the gateway', async t => {
	let gateway = await startTestGateway(t);
	const one = await attachSandbox(t, gateway, 'one');
	const two = await attachSandbox(t, gateway, 'two');
	const ending = new AbortController();
	const reviewer = follow(gateway.reviewer, paths.events, ending.signal);
	const own = await one.connect();
	await until(() => reviewer.events.some(event => event.kind === 'sandbox-connected'));
	await propose(two, 'api');
	await propose(one, 'api');
	await until(() => own.events.some(event => event.kind === 'chunk-changed'));
	t.true(own.events.every(event => event.sandbox === 'one'));
	const names = reviewer.events
		.filter(event => event.kind === 'chunk-changed')
		.map(event => event.sandbox);
	t.deepEqual([...names].sort(), ['one', 'two']);
	ending.abort();
	await reviewer.feed.ended;

	const last = reviewer.events.at(-1)?.seq ?? 0;
	gateway = await gateway.restart();
	const answer = await gateway.reviewer.transport.open(
		`${paths.events}?after=${last - 1}`,
		new AbortController().signal,
	);
	const stream = must(answer);
	const [first] = await new Promise<string[]>(resolve => {
		stream.once('data', part => resolve([String(part)]));
	});
	stream.destroy();
	t.is(first, `: openshell\nid: ${last - 1}\n\n`);
});

test('the port wakes whoever waits for a chunk, and maps failures', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const {feed, leave} = await sandbox.connect();
	const port = gatewayPort(sandbox.client, feed, {sandbox: 'demo', newId: () => 'id'});
	const chunk = await propose(sandbox, 'api');
	const other = await propose(sandbox, 'other');
	let calls = 0;
	const end = port.onChunk(chunk.id, () => calls++);
	must(await gateway.reviewer.reject('demo', other.id, {reason: '', guidance_code: ''}));
	must(await gateway.reviewer.approve('demo', chunk.id, tokenOf(chunk)));
	await until(() => calls > 0);
	t.is(calls, 1);
	end();
	await leave();
	await until(async () => !must(await gateway.reviewer.sandboxes())[0]?.is_connected);
	t.deepEqual(gateway.faults, []);
	t.like(await port.chunk('chk_none'), {ok: false, error: {kind: 'not_found'}});
	t.like(
		await port.submit({
			mode: 'agent_authored',
			intent_summary: '',
			operations: [],
			denials: [],
			supersedes: [],
		}),
		{
			ok: false,
			error: {kind: 'refused'},
		},
	);
	t.is(must(await port.chunks()).length, 2);
	await gateway.close();
	t.like(await port.chunks(), {ok: false, error: {kind: 'unreachable'}});
});

test('a newer stream of the same sandbox takes the place of the older', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const opened = must(
		await sandbox.client.transport.open(paths.sandboxEvents('demo'), new AbortController().signal),
	);
	opened.resume();
	const ended = new Promise<void>(resolve => {
		opened.on('end', resolve);
	});
	await sandbox.connect();
	await ended;
	t.true(must(await gateway.reviewer.sandboxes())[0]?.is_connected);
});
