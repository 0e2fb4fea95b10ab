import process from 'node:process';
import type {Event} from '../policies/model/event.ts';
import {createAuthority} from './authority.ts';
import {bringPolicy} from './bring-policy.ts';
import {buildGate, type GateParts} from './build-gate.ts';
import {writeTrust} from './bundle.ts';
import {type Closing, makeClosing} from './closing.ts';
import {openTcp, yieldToLoop} from './effects.ts';
import {createEngine, type Engine} from './engine/engine.ts';
import {engineLimits} from './limits.ts';
import type {ProxyDeps, ProxyOptions} from './options.ts';

/** A proxy that accepts connections. */
export type RunningProxy = {
	/** Of the explicit listener. */
	readonly address: string;
	readonly port: number;
	/** Our authority, as clients must trust it; also in `ca.pem`. */
	readonly caPem: string;
	/** Ends every connection, tells the record why, and leaves nothing open. */
	close(signal?: string): Promise<void>;
};

/**
Puts a proxy together and starts it: record, policy, gate, engine, listener, in this order, so that
nothing is accepted before a policy was tried and the record is open.
@throws when any of it cannot be had; the message is for a person. Nothing stays open then.
*/
export const startProxy = async (options: ProxyOptions, deps: ProxyDeps): Promise<RunningProxy> => {
	const closing = makeClosing();
	try {
		return await start(options, deps, closing);
	} catch (error) {
		await closing.run().catch(() => undefined);
		throw error;
	}
};

const start = async (
	options: ProxyOptions,
	deps: ProxyDeps,
	closing: Closing,
): Promise<RunningProxy> => {
	const startedAt = deps.clock.now();
	const parts = await buildGate(options, deps, closing);
	const tell = (event: Event): void => parts.chain.tell(event);
	await bringPolicy(options, parts);
	const authority = createAuthority({
		name: options.sandbox.name,
		now: () => deps.clock.now(),
		capacity: engineLimits.certificates,
	});
	await writeTrust(options.stateDir, {
		authority: authority.caPem,
		upstreamCa: options.upstreamCa?.pem,
	});
	const engine = createEngine({
		gate: parts.gate,
		authority,
		connect: openTcp,
		newId: deps.newId,
		upstreamCa: options.upstreamCa?.pem,
	});
	tell(startedEvent(options, deps, parts));
	const end = async (signal: string): Promise<void> => {
		const openConnections = engine.openConnections();
		await engine.close();
		// The last sockets say so a turn later, and their ends belong before ours in the record.
		while (engine.openConnections() > 0) {
			await yieldToLoop();
		}

		const at = deps.clock.now();
		tell({kind: 'proxy.stopped', at, signal, openConnections, durationMs: at - startedAt});
	};

	let signal = 'failure';
	closing.add(async () => end(signal));
	const {host: address, port} = await listen(engine, options, parts);
	parts.own(port);
	tell({kind: 'proxy.listening', at: deps.clock.now(), address, port});
	return {
		address,
		port,
		caPem: authority.caPem,
		async close(why = 'close') {
			signal = why;
			await closing.run();
		},
	};
};

/** Nothing is served by a proxy whose start is not on record. */
const listen = async (
	engine: Engine,
	{listen: {host, port}}: ProxyOptions,
	{log}: Pick<GateParts, 'log'>,
) => {
	await log.settled();
	try {
		return await engine.listen(host, port);
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'unknown reason';
		throw new Error(
			`the proxy cannot listen on ${host}:${port} (${reason}); choose another --listen`,
		);
	}
};

/** Told after a policy was tried and before the first accept. */
const startedEvent = (
	{connectTo, upstreamCa}: ProxyOptions,
	{clock}: ProxyDeps,
	{snapshot, log: {previousWasKilled}}: GateParts,
): Event => ({
	kind: 'proxy.started',
	at: clock.now(),
	revision: snapshot.current()?.revision ?? 0,
	pid: process.pid,
	previousWasKilled,
	overrides: [
		...connectTo.map(({text}) => `--connect-to=${text}`),
		...(upstreamCa === undefined ? [] : [`--upstream-ca=${upstreamCa.file}`]),
	],
});
