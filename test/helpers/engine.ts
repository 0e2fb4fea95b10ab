import {connect, type Socket} from 'node:net';
import type {ExecutionContext} from 'ava';
import {ulid} from 'ulid';
import {type Authority, createAuthority} from '../../proxy/authority.ts';
import {createEngine, type Engine} from '../../proxy/engine/engine.ts';
import type {Gate} from '../../proxy/gate.ts';
import {type EngineLimits, engineLimits} from '../../proxy/limits.ts';
import {Line, secure, tunnel, upstreamAuthority} from './wire.ts';

export type RunningEngine = {
	readonly engine: Engine;
	readonly port: number;
	readonly authority: Authority;
	/** TLS inside a tunnel to `host:port`. */
	inside(authority: string, servername?: string): Promise<Line>;
	/** Plain HTTP inside a tunnel to `host:port`. */
	plainly(authority: string): Promise<Line>;
};

/** An engine on loopback with the test's gate; closed when the test ends. */
export const runEngine = async (
	t: ExecutionContext,
	gate: Gate,
	limits: Partial<EngineLimits> = {},
	dial: (place: {address: string; port: number}) => Socket = dialLoopback,
): Promise<RunningEngine> => {
	const authority = createAuthority({name: 'test', now: Date.now, capacity: 16});
	const engine = createEngine({
		gate,
		authority,
		connect: dial,
		newId: ulid,
		upstreamCa: upstreamAuthority.caPem,
		limits: {...engineLimits, ...limits},
	});
	t.teardown(() => engine.close());
	const {port} = await engine.listen('127.0.0.1', 0);
	const enter = async (place: string) => {
		const {line, reply} = await tunnel(t, port, place);

		if (!reply.startsWith('HTTP/1.1 200 ')) {
			throw new Error(`no tunnel: ${reply}`);
		}

		return line;
	};
	return {
		engine,
		port,
		authority,
		inside: async (place, servername = place.replace(/:\d+$/, '')) =>
			new Line(await secure(t, await enter(place), {ca: authority.caPem, servername})),
		plainly: enter,
	};
};

export const dialLoopback = ({address, port}: {address: string; port: number}): Socket =>
	connect({host: address, port, allowHalfOpen: true, noDelay: true});
