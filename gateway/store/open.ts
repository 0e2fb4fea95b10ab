import {chmod, lstat, mkdir, open} from 'node:fs/promises';
import path from 'node:path';
import knex, {type Knex} from 'knex';
import {type Read, StoreError, type Write} from './handles.ts';
import {connectionWaitMs} from './limits.ts';
import {migrate, readEpoch} from './migrate.ts';
import {type Lane, makeQueue, type Queue} from './queue.ts';

/** The gateway's database. Units of work run one after another on one connection. */
export type Store = {
	/** Drawn when the database was made: sequence numbers of another epoch mean nothing here. */
	readonly epoch: string;
	/** One consistent view. Never call `read` or `write` inside: pass the handle on. */
	read<T>(run: (handle: Read) => Promise<T>): Promise<T>;
	/** One transaction, fsynced before it resolves; anything thrown undoes all of it. */
	write<T>(run: (handle: Write) => Promise<T>, lane?: Lane): Promise<T>;
	/** Called after each commit; returns the end of the subscription. */
	onCommit(listener: () => void): () => void;
	/** Waits for the units that were queued. */
	close(): Promise<void>;
};

export type StoreDeps = {
	/** Random bytes for the epoch. */
	random(count: number): Uint8Array;
};

/**
Opens the database file, makes it if absent (0600 in a 0700 directory), and brings its schema up
to date. Throws `StoreError` when that fails, or when the file belongs to a newer gateway.
*/
export const openStore = async (file: string, deps: StoreDeps): Promise<Store> => {
	await prepareFile(file);
	const database = connect(file);
	try {
		await migrate(database, deps);
		return makeStore(database, await readEpoch(database));
	} catch (error) {
		await database.destroy();
		throw asStoreError(error);
	}
};

const makeStore = (database: Knex, epoch: string): Store => {
	const queue = makeQueue();
	const listeners = new Set<() => void>();
	return {
		epoch,
		read: run => transact(queue, database, 'work', knexHandle => run({knex: knexHandle})),
		async write(run, lane = 'work') {
			const result = await transact(queue, database, lane, knexHandle =>
				run({knex: knexHandle} as Write),
			);
			for (const listener of [...listeners]) {
				listener();
			}

			return result;
		},
		onCommit(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		async close() {
			await queue.drain();
			await database.destroy();
		},
	};
};

const transact = <T>(
	queue: Queue,
	database: Knex,
	lane: Lane,
	run: (handle: Knex.Transaction) => Promise<T>,
): Promise<T> =>
	queue.run(async () => {
		try {
			return await database.transaction(run);
		} catch (error) {
			// A failed COMMIT can leave the transaction open, and with it the next unit's BEGIN would fail.
			await database.raw('ROLLBACK').catch(() => undefined);
			throw asStoreError(error);
		}
	}, lane);

/** Errors of the engine become one kind; everything else is a broken promise of our own and stays. */
const asStoreError = (error: unknown): unknown => {
	const {code, name} = error as {code?: unknown; name?: unknown};
	const isEngine = typeof code === 'string' && code.startsWith('SQLITE_');
	return isEngine || name === 'KnexTimeoutError' ? new StoreError(error) : error;
};

/** SQLite gives its -wal and -shm files the mode of the main file, so that one must be private first. */
const prepareFile = async (file: string): Promise<void> => {
	const directory = path.dirname(file);
	await mkdir(directory, {recursive: true, mode: 0o700});
	await chmod(directory, 0o700);
	const handle = await open(file, 'a', 0o600);
	await handle.close();
	const facts = await lstat(file);
	if (!facts.isFile() || facts.nlink !== 1) {
		throw new StoreError(`${file} is not a plain file of its own; move it away and start again`);
	}

	await chmod(file, 0o600);
};

/** Knex would print failed statements, values included. The errors reach us as errors. */
const silent = {
	warn() {},
	error() {},
	deprecate() {},
	debug() {},
};

/**
WAL with synchronous=FULL: a commit returns after its fsync. One connection: SQLite's
transactions belong to a connection, so a second user would join the first one's transaction.
*/
const connect = (file: string): Knex =>
	knex({
		client: 'sqlite3',
		connection: {filename: file},
		useNullAsDefault: true,
		acquireConnectionTimeout: connectionWaitMs,
		log: silent,
		pool: {
			min: 1,
			max: 1,
			afterCreate(
				connection: {exec(sql: string, done: (error: Error | null) => void): void},
				done: (error: Error | null, connection: unknown) => void,
			) {
				connection.exec(
					`PRAGMA busy_timeout=${connectionWaitMs}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;`,
					error => done(error, connection),
				);
			},
		},
	});
