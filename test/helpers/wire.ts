import {once} from 'node:events';
import {createServer as createHttpServer, type RequestListener, type Server} from 'node:http';
import {createServer as createHttpsServer} from 'node:https';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {connect as connectTls, type TLSSocket} from 'node:tls';
import type {ExecutionContext} from 'ava';
import {type Authority, createAuthority} from '../../proxy/authority.ts';

/** Sockets and servers of a test on loopback; all of them are gone when it ends. */

/** The authority that signs the test's own upstreams. */
export const upstreamAuthority: Authority = createAuthority({
	name: 'upstreams',
	now: Date.now,
	capacity: 16,
});

export const serveHttp = async (t: ExecutionContext, listener: RequestListener): Promise<number> =>
	listening(t, createHttpServer(listener));

export const serveHttps = async (t: ExecutionContext, listener: RequestListener): Promise<number> =>
	listening(
		t,
		createHttpsServer(
			{
				SNICallback: (name, done) => done(null, upstreamAuthority.contextFor(name)),
				keepAliveTimeout: 60_000,
			},
			listener,
		),
	);

/** A server that says exactly the bytes it is told to. */
export const serveRaw = async (
	t: ExecutionContext,
	onConnection: (socket: Socket) => void,
): Promise<number> => {
	const open = new Set<Socket>();
	const server = createServer({allowHalfOpen: true}, socket => {
		open.add(socket);
		socket.on('error', () => undefined).once('close', () => open.delete(socket));
		onConnection(socket);
	});
	t.teardown(() => {
		server.close();
		for (const socket of open) {
			socket.destroy();
		}
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
};

const listening = async (t: ExecutionContext, server: Server): Promise<number> => {
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
};

/** Reads what arrives, and waits for text in it or for the end. */
export class Line {
	readonly socket: Socket;
	#seen = '';
	#isEnded = false;
	#wake: () => void = () => undefined;

	constructor(socket: Socket) {
		this.socket = socket;
		socket.on('data', chunk => {
			this.#seen += chunk.toString('latin1');
			this.#wake();
		});
		socket.on('error', () => undefined).resume();
		for (const event of ['end', 'close']) {
			socket.on(event, () => {
				this.#isEnded = true;
				this.#wake();
			});
		}
	}

	get seen(): string {
		return this.#seen;
	}

	send(text: string | Uint8Array): this {
		this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
		return this;
	}

	/** All that arrived up to and with `text`, which is consumed. */
	async until(text: string): Promise<string> {
		while (!this.#seen.includes(text)) {
			if (this.#isEnded) {
				throw new Error(`ended before ${JSON.stringify(text)}; got ${JSON.stringify(this.#seen)}`);
			}

			await this.#more();
		}

		const end = this.#seen.indexOf(text) + text.length;
		const taken = this.#seen.slice(0, end);
		this.#seen = this.#seen.slice(end);
		return taken;
	}

	/** All that is left until the other side ended. */
	async rest(): Promise<string> {
		while (!this.#isEnded) {
			await this.#more();
		}

		return this.#seen;
	}

	/** One response with a `Content-Length` or chunked body: its head and its body. */
	async response(): Promise<{readonly head: string; readonly body: string}> {
		const head = await this.until('\r\n\r\n');
		const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);

		if (/^transfer-encoding: chunked/im.test(head)) {
			return {head, body: await this.until('0\r\n\r\n')};
		}

		while (this.#seen.length < length) {
			if (this.#isEnded) {
				throw new Error(`the body ended early: ${JSON.stringify(this.#seen)}`);
			}

			await this.#more();
		}

		const body = this.#seen.slice(0, length);
		this.#seen = this.#seen.slice(length);
		return {head, body};
	}

	#more(): Promise<void> {
		return new Promise(resolve => {
			this.#wake = resolve;
		});
	}
}

export const open = async (t: ExecutionContext, port: number): Promise<Line> => {
	const socket = connect({port, host: '127.0.0.1', allowHalfOpen: true});
	t.teardown(() => socket.destroy());
	await once(socket, 'connect');
	return new Line(socket);
};

/** A tunnel through the proxy on `port`; the reply to CONNECT was read. */
export const tunnel = async (
	t: ExecutionContext,
	port: number,
	authority: string,
): Promise<{readonly line: Line; readonly reply: string}> => {
	const line = await open(t, port);
	line.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
	const reply = await line.until('\r\n\r\n');
	return {line, reply};
};

/** TLS over a line on which nothing more was said, trusting one authority. */
export const secure = async (
	t: ExecutionContext,
	{socket}: Line,
	options: {readonly ca: string; readonly servername?: string} & Record<string, unknown>,
): Promise<TLSSocket> => {
	socket.removeAllListeners('data').pause();
	const secured = connectTls({socket, ...options});
	secured.on('error', () => undefined).once('close', () => socket.destroy());
	t.teardown(() => secured.destroy());
	await new Promise<void>((resolve, reject) => {
		secured.once('secureConnect', resolve);
		secured.once('error', reject);
		secured.once('close', () => reject(new Error('closed during the handshake')));
	});
	return secured;
};
