import type {Caller} from '../policies/model/intent.ts';
import {err, ok, type Result} from '../policies/model/result.ts';
import type {ClientConnection} from './gate.ts';
import {callerQueue} from './gate-limits.ts';
import {describeProcess, type ProcessFacts} from './procfs/ancestry.ts';
import {findHolders} from './procfs/holders.ts';
import {findSockets, type SocketRow} from './procfs/sockets.ts';

/** Who holds the client's end of a connection, or why that cannot be told: then it is a denial. */
export type CallerOf = (connection: ClientConnection) => Promise<Result<Caller, string>>;

export type CallerDeps = {
	/** `/proc`, or a stand-in. */
	readonly proc: string;
	/** Our own user: sockets and processes of any other are never believed (decision 26). */
	readonly uid: number;
	readonly ownPid: number;
	/** `openshell run`: the ancestor chain ends below it. */
	readonly rootPid: number | undefined;
	/** A monotonic clock in milliseconds. */
	now(): number;
	/** Lets the event loop run. */
	pause(): Promise<void>;
};

/**
The calling binary in explicit mode (decision 26): the client's socket by both its addresses in
the kernel's tables, the processes that hold its inode, their executable and ancestors. Lookups
that arrive while a scan runs share the next one, so a burst of connections costs one scan; an
answer is kept for as long as its connection object lives. A failure is not kept.
*/
export const makeCallerOf = (deps: CallerDeps): CallerOf => {
	const known = new WeakMap<ClientConnection, Caller>();
	const scan = batched(async (connections: readonly ClientConnection[]) =>
		identify(deps, connections),
	);

	return async connection => {
		const cached = known.get(connection);
		if (cached !== undefined) {
			return ok(cached);
		}

		const found = await scan(connection);
		if (found.ok) {
			known.set(connection, found.value);
		}

		return found;
	};
};

type Answer = Result<Caller, string>;

const identify = async (
	deps: CallerDeps,
	connections: readonly ClientConnection[],
): Promise<readonly Answer[]> => {
	const sockets = await findSockets(deps.proc, connections);
	const inodes = new Set(sockets.flatMap(row => (isOurs(row, deps) ? [row.inode] : [])));
	const holders = await findHolders(deps, inodes);
	return sockets.map(row => judge(deps, row, holders));
};

const isOurs = (row: SocketRow | undefined, deps: CallerDeps): row is SocketRow =>
	row !== undefined && row.uid === deps.uid && row.inode !== 0;

const judge = (
	deps: CallerDeps,
	row: SocketRow | undefined,
	holders: ReadonlyMap<number, readonly number[]>,
): Answer => {
	if (row === undefined) {
		return err("the kernel's tables do not list the client's socket");
	}

	if (row.uid !== deps.uid) {
		return err(`the socket belongs to another user (uid ${row.uid})`);
	}

	const pids = row.inode === 0 ? [] : (holders.get(row.inode) ?? []);
	return pids.length === 0
		? err('no process holds the socket any more, or its files cannot be read')
		: agree(pids.map(pid => describeProcess(deps, pid)));
};

/** A socket shared by several processes is believed only if they run the same executable. */
const agree = (described: readonly Result<ProcessFacts, string>[]): Answer => {
	const facts: ProcessFacts[] = [];
	for (const each of described) {
		if (!each.ok) {
			return each;
		}

		facts.push(each.value);
	}

	const [first, ...others] = facts;
	if (first === undefined) {
		return err('no process holds the socket');
	}

	const binaries = [...new Set(facts.map(each => each.binary))];
	return binaries.length > 1
		? err(`ambiguous shared socket ownership: ${binaries.join(', ')}`)
		: ok({
				binary: first.binary,
				ancestors: first.ancestors.filter(path =>
					others.every(other => other.ancestors.includes(path)),
				),
				pid: first.pid,
			});
};

/** Questions that arrive in one turn, or while an earlier batch runs, are answered by one call. */
const batched = (
	answerAll: (connections: readonly ClientConnection[]) => Promise<readonly Answer[]>,
): ((connection: ClientConnection) => Promise<Answer>) => {
	let waiting: {connection: ClientConnection; resolve: (answer: Answer) => void}[] = [];
	let isRunning = false;

	const run = async (): Promise<void> => {
		while (waiting.length > 0) {
			const batch = waiting;
			waiting = [];
			const answers = await answerAll(batch.map(each => each.connection)).catch(unreadable);
			for (const [index, each] of batch.entries()) {
				each.resolve(answers[index] ?? err('/proc could not be read'));
			}
		}

		isRunning = false;
	};

	return async connection =>
		new Promise(resolve => {
			if (waiting.length >= callerQueue) {
				resolve(err('too many callers are waiting to be identified'));
				return;
			}

			waiting.push({connection, resolve});
			if (!isRunning) {
				isRunning = true;
				setImmediate(() => void run());
			}
		});
};

const unreadable = (): readonly Answer[] => [];
