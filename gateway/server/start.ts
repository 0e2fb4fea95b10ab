import {createHash} from 'node:crypto';
import type {RequestListener} from 'node:http';
import {monotonicFactory} from 'ulid';
import type {Digest} from '../../policies/model/names.ts';
import type {Registry} from '../../policies/model/protocol.ts';
import type {ServiceDeps} from '../service/deps.ts';
import {type Append, makeExporter} from '../service/export.ts';
import {openPki} from '../service/pki.ts';
import {makePresence} from '../service/presence.ts';
import {exportedSequence, pruneEvents} from '../store/events.ts';
import {openStore, type Store} from '../store/open.ts';
import {makeApp} from './app.ts';
import {type FeedHouse, makeFeedHouse} from './feed.ts';
import {type Idle, watchIdle} from './idle.ts';
import {idleAfterMs, upkeepMs} from './limits.ts';
import {type Listener, listenSocket, listenTls} from './listen.ts';
import {type Lock, takeLock} from './lock.ts';
import {announce, type Places, placesIn, preparePrivate, withdraw} from './places.ts';
import {makeRoutes} from './routes.ts';

export type GatewayOptions = {
	/** `<state>/gateway`: database and keys. */
	readonly stateDirectory: string;
	/** Where the socket and `gateway.json` go. */
	readonly runtimeDirectory: string;
	readonly version: string;
	/** Milliseconds without sandbox and reviewer until `onIdle`. */
	readonly idleAfterMs?: number;
};

export type GatewayDeps = {
	/** Milliseconds since the epoch. */
	now(): number;
	random(count: number): Uint8Array;
	readonly pid: number;
	/** The user this process runs as: reviewers are the same one. */
	readonly uid: number;
	/** That user's name, for rulings. */
	readonly userName: string;
	/** The protocol words of this gateway. */
	readonly words: Registry;
	/** Writes an event to the record and syncs it; see `export.ts`. */
	readonly append: Append;
	/** What went wrong where nobody waits for an answer. Never holds a secret. */
	onFault(error: unknown): void;
	/** Nobody has needed the gateway for a while: it may be closed. */
	onIdle?(): void;
};

export type RunningGateway = {
	/** For reviewers. */
	readonly socketPath: string;
	/** `https://127.0.0.1:port`, for sandboxes. */
	readonly sandboxUrl: string;
	readonly caFile: string;
	/** Ends feeds, answers what runs, empties the exporter, closes the database and takes `gateway.json` back. */
	close(): Promise<void>;
};

/** Another gateway of this user already serves these folders: use that one. */
export class GatewayAlreadyRunning extends Error {
	override readonly name = 'GatewayAlreadyRunning';
}

/**
Starts a gateway. Two starts race safely: the one that does not get the locks throws
`GatewayAlreadyRunning` and has touched nothing. Anything else that fails leaves nothing behind.
*/
export const startGateway = async (
	options: GatewayOptions,
	deps: GatewayDeps,
): Promise<RunningGateway> => {
	const ending: Array<() => Promise<unknown>> = [];
	const close = async (): Promise<void> => {
		for (const end of ending.splice(0).reverse()) {
			await end();
		}
	};

	try {
		return {...(await open(options, deps, ending)), close};
	} catch (error) {
		await close();
		throw error;
	}
};

type Ending = Array<() => Promise<unknown>>;

const open = async (
	options: GatewayOptions,
	deps: GatewayDeps,
	ending: Ending,
): Promise<Omit<RunningGateway, 'close'>> => {
	const places = placesIn(options.stateDirectory, options.runtimeDirectory);
	await preparePrivate(options.stateDirectory, deps.uid);
	await preparePrivate(options.runtimeDirectory, deps.uid);
	for (const file of [places.stateLock, places.runtimeLock]) {
		const lock = await lockOrRefuse(file);
		ending.push(lock.release);
	}

	const store = await openStore(places.database, deps);
	ending.push(store.close);
	startExporter(store, deps, ending);
	const services: ServiceDeps = {
		...deps,
		store,
		pki: await openPki(places.pki, deps),
		presence: makePresence(),
		ulid: monotonicUlid(deps),
		digest: text => createHash('sha256').update(text).digest('hex') as Digest,
	};
	return serve(options, deps, services, places, ending);
};

const lockOrRefuse = async (file: string): Promise<Lock> => {
	const lock = await takeLock(file);
	if (lock === undefined) {
		throw new GatewayAlreadyRunning(`another gateway holds ${file}`);
	}

	return lock;
};

/** Exports what earlier runs left, then what is committed; keeps the event table within its bound. */
const startExporter = (store: Store, deps: GatewayDeps, ending: Ending): void => {
	const exporter = makeExporter(store, deps.append, deps.onFault);
	const upkeep = async (): Promise<void> => {
		exporter.wake();
		await store.write(
			async write => pruneEvents(write, await exportedSequence(write)),
			'telemetry',
		);
	};
	const timer = setInterval(() => {
		upkeep().catch(deps.onFault);
	}, upkeepMs);
	timer.unref();
	const stop = store.onCommit(exporter.wake);
	ending.push(async () => {
		clearInterval(timer);
		stop();
		await exporter.flush().catch(deps.onFault);
	});
	exporter.wake();
};

const serve = async (
	options: GatewayOptions,
	deps: GatewayDeps,
	services: ServiceDeps,
	places: Places,
	ending: Ending,
): Promise<Omit<RunningGateway, 'close'>> => {
	let idle: Idle | undefined;
	const touch = (): void => idle?.touch();
	const feeds = makeFeedHouse({...services, onFault: deps.onFault, onLeave: touch});
	const routes = makeRoutes({...services, version: options.version, startedAt: deps.now()}, feeds);
	const app = makeApp(routes, {...services, ...deps, onReviewer: touch});
	const listeners = await listen(services, places, app.callback(), feeds, ending);
	await announce(places, {
		pid: deps.pid,
		version: options.version,
		sandbox_url: listeners.tls.url,
		ca_file: places.caFile,
	});
	ending.push(() => withdraw(places, deps.pid));
	idle = watchIdle(
		{
			afterMs: options.idleAfterMs ?? idleAfterMs,
			isBusy: () => feeds.reviewers() + services.presence.count() > 0,
		},
		() => deps.onIdle?.(),
	);
	ending.push(async () => idle?.end());
	return {socketPath: places.socket, sandboxUrl: listeners.tls.url, caFile: places.caFile};
};

const listen = async (
	{pki}: ServiceDeps,
	places: Places,
	handler: RequestListener,
	feeds: FeedHouse,
	ending: Ending,
): Promise<{readonly tls: Listener}> => {
	const tls = await listenTls(pki, handler, places);
	ending.push(tls.close);
	const socket = await listenSocket(places.socket, handler);
	ending.push(socket.close);
	// Runs first: a listener closes only when its feeds have ended.
	ending.push(async () => feeds.close());
	return {tls};
};

/** ULIDs of the injected clock and randomness, ordered also within one millisecond. */
const monotonicUlid = ({now, random}: Pick<GatewayDeps, 'now' | 'random'>): (() => string) => {
	const next = monotonicFactory(() => (random(1)[0] ?? 0) / 256);
	return () => next(now());
};
