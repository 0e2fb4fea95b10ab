import {isIP} from 'node:net';
import {err, ok, type Result} from '../policies/model/result.ts';
import {
	resolveConcurrency,
	resolvedAddresses,
	resolveQueue,
	resolveTimeoutMs,
} from './gate-limits.ts';

/** Every address of a name, in the resolver's order, at least one; or why there is none. */
export type Resolve = (host: string) => Promise<Result<readonly string[], string>>;

export type ResolveDeps = {
	/** `dns.promises.lookup` with `all` and `verbatim`: it reads the hosts file before it asks DNS. */
	readonly lookup: (host: string) => Promise<readonly {readonly address: string}[]>;
	readonly timeoutMs?: number;
	readonly concurrency?: number;
	readonly queue?: number;
};

/**
A resolver that one sandbox cannot exhaust (X34): equal names share one look-up, a fixed number
run at once, a bounded number wait, and each caller waits only so long. A look-up that was given
up keeps its place until the system lets go of it, so the bound holds.
*/
export const makeResolve = (deps: ResolveDeps): Resolve => {
	const {timeoutMs = resolveTimeoutMs, queue = resolveQueue} = deps;
	const slots = makeSlots(deps.concurrency ?? resolveConcurrency);
	const underway = new Map<string, Promise<Answer>>();

	const start = (host: string): Promise<Answer> => {
		const answer = slots(async () => ask(deps.lookup, host)).finally(() => underway.delete(host));
		underway.set(host, answer);
		return answer;
	};

	return async host => {
		if (isIP(host) !== 0) {
			return ok([host]);
		}

		const shared = underway.get(host);
		if (shared === undefined && underway.size >= queue) {
			return err(`${host} was not looked up: too many names are waiting for the resolver`);
		}

		return within(timeoutMs, shared ?? start(host), host);
	};
};

type Answer = Result<readonly string[], string>;

const ask = async (lookup: ResolveDeps['lookup'], host: string): Promise<Answer> => {
	try {
		const found = await lookup(host);
		const addresses = [...new Set(found.map(({address}) => address))].slice(0, resolvedAddresses);
		return addresses.length > 0 ? ok(addresses) : err(`${host} has no address`);
	} catch (error) {
		return err(`${host} does not resolve (${codeOf(error)})`);
	}
};

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error && typeof error.code === 'string'
		? error.code
		: 'the resolver failed';

const within = async (ms: number, answer: Promise<Answer>, host: string): Promise<Answer> => {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<Answer>(resolve => {
		timer = setTimeout(() => resolve(err(`${host} did not resolve within ${ms} ms`)), ms);
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		clearTimeout(timer);
	}
};

/** Runs at most `count` tasks at once, first come first served. */
const makeSlots = (count: number): (<T>(task: () => Promise<T>) => Promise<T>) => {
	const waiting: (() => void)[] = [];
	let free = count;

	return async task => {
		if (free === 0) {
			await new Promise<void>(resolve => {
				waiting.push(resolve);
			});
		} else {
			free -= 1;
		}

		try {
			return await task();
		} finally {
			const next = waiting.shift();
			if (next === undefined) {
				free += 1;
			} else {
				next();
			}
		}
	};
};
