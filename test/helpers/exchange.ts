import type {Answer, Exchange, HeaderPairs, VirtualHost} from '../../policies/model/plugin.ts';

/** What a test sends to a virtual host. */
export type Sent = {
	readonly method?: string;
	readonly target: string;
	/** Replaces the ordinary headers. */
	readonly headers?: HeaderPairs;
	/** A string is one chunk; an object is JSON. */
	readonly body?: unknown;
	readonly chunks?: AsyncIterable<Uint8Array>;
	readonly signal?: AbortSignal;
};

export type Received = Answer & {
	/** The body, parsed. */
	readonly json: Record<string, unknown>;
	header(name: string): string | undefined;
};

/** Sends one request to a virtual host and waits for its answer. */
export const send = async (host: VirtualHost, sent: Sent): Promise<Received> => {
	const answers: Answer[] = [];
	await host.handle(exchange(host.host, sent, answers));
	const [answer, ...more] = answers;
	if (answer === undefined || more.length > 0) {
		throw new Error(`expected one answer, got ${answers.length}`);
	}

	return {
		...answer,
		json: JSON.parse(answer.body),
		header: name => answer.headers.find(([key]) => key.toLowerCase() === name)?.[1],
	};
};

const exchange = (host: string, sent: Sent, answers: Answer[]): Exchange => {
	const method =
		sent.method ?? (sent.body === undefined && sent.chunks === undefined ? 'GET' : 'POST');
	const ordinary: HeaderPairs = [
		['Host', host],
		...(method === 'POST' ? [['Content-Type', 'application/json'] as const] : []),
	];
	return {
		id: 'req_1',
		head: {method, target: sent.target, headers: sent.headers ?? ordinary},
		body: sent.chunks ?? chunksOf(sent.body),
		respond: async answer => {
			answers.push(answer);
		},
		signal: sent.signal ?? new AbortController().signal,
	};
};

async function* chunksOf(body: unknown): AsyncGenerator<Uint8Array> {
	if (body !== undefined) {
		yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
	}
}
