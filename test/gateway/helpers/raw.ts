import http from 'node:http';
import net from 'node:net';

export type RawAnswer = {
	readonly status: number;
	readonly headers: http.IncomingHttpHeaders;
	readonly body: string;
};

/** One request on the reviewers' socket, as written: for what the typed client would never send. */
export const ask = (
	socketPath: string,
	method: string,
	path: string,
	body?: string,
	headers: http.OutgoingHttpHeaders = {'content-type': 'application/json'},
): Promise<RawAnswer> =>
	new Promise((resolve, reject) => {
		// Node's client frames a body of DELETE only when told to.
		const framed =
			body === undefined || headers['transfer-encoding'] !== undefined
				? headers
				: {...headers, 'content-length': Buffer.byteLength(body)};
		const request = http.request(
			{socketPath, method, path, headers: framed, agent: false},
			answer => {
				const parts: Buffer[] = [];
				answer.on('data', (part: Buffer) => parts.push(part));
				answer.on('end', () =>
					resolve({
						status: answer.statusCode ?? 0,
						headers: answer.headers,
						body: Buffer.concat(parts).toString(),
					}),
				);
			},
		);
		request.on('error', reject);
		request.end(body);
	});

/** Writes bytes and reads until the gateway closes. */
export const speak = (socketPath: string, bytes: string): Promise<string> =>
	new Promise((resolve, reject) => {
		const socket = net.connect(socketPath, () => socket.write(bytes));
		let text = '';
		socket.on('data', part => {
			text += String(part);
		});
		socket.on('close', () => resolve(text));
		socket.on('error', reject);
	});
