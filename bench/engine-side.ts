import {createServer} from 'node:https';
import {type AddressInfo, connect} from 'node:net';
import {argv} from 'node:process';
import {monotonicFactory} from 'ulid';
import {createAuthority} from '../proxy/authority.ts';
import {createEngine} from '../proxy/engine/engine.ts';
import type {Gate, Passage} from '../proxy/gate.ts';

/** Where a side listens, and whose certificates it shows. */
export type BenchPlace = {readonly port: number; readonly ca: string};

const authority = createAuthority({name: 'bench', now: Date.now, capacity: 16});

/** 187 bytes of JSON, as in the measurements this is compared with. */
const upstream = async (): Promise<BenchPlace> => {
	const body = JSON.stringify({items: 'x'.repeat(175)});
	const server = createServer(
		{SNICallback: (name, done) => done(null, authority.contextFor(name))},
		(_request, response) => {
			response.writeHead(200, {'content-type': 'application/json', 'content-length': body.length});
			response.end(body);
		},
	);
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	return {port: (server.address() as AddressInfo).port, ca: authority.caPem};
};

/** The engine with a gate that lets everything pass: what is measured is the moving of bytes. */
const engine = async (dialPort: number, upstreamCa: string): Promise<BenchPlace> => {
	const passage: Passage = {
		route: {
			host: 'bench.test' as never,
			port: 443,
			addresses: ['127.0.0.1'],
			dialPort,
			servername: 'bench.test',
			poolKey: 'bench',
		},
		isOpen: () => true,
		onRevoked: () => undefined,
		first: () => undefined,
		answered: () => undefined,
		failed: () => ({status: 502, headers: [], body: ''}),
		clientTlsFailed: () => undefined,
		closed: () => undefined,
	};
	const gate: Gate = {
		authenticate: () => true,
		admitConnection: () => Promise.resolve({kind: 'inspect', passage}),
		admitRequest: ({exchange}) => Promise.resolve({kind: 'forward', passage, head: exchange.head}),
		refuse: () => ({status: 400, headers: [], body: ''}),
	};
	const {listen} = createEngine({
		gate,
		authority,
		connect: ({address, port}) =>
			connect({host: address, port, allowHalfOpen: true, noDelay: true}),
		newId: monotonicFactory(),
		upstreamCa,
	});
	const {port} = await listen('127.0.0.1', 0);
	return {port, ca: authority.caPem};
};

process.once('disconnect', () => process.exit());
process.on('message', () => {
	const {user, system} = process.cpuUsage();
	process.send?.(user + system);
});
process.send?.(
	argv[2] === 'engine' ? await engine(Number(argv[3]), argv[4] ?? '') : await upstream(),
);
