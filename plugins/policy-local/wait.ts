import type {Chunk} from '../../policies/model/chunk.ts';
import type {Answer, Gateway, PluginHost} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';
import {gatewayAnswer} from './errors.ts';
import {type Latch, makeLatch} from './latch.ts';
import {reloadFloorMs} from './limits.ts';
import {chunkState, isInForce} from './state.ts';

/** One `/wait`. */
export type Wait = {
	readonly host: Pick<PluginHost, 'policy' | 'clock'>;
	readonly gateway: Gateway;
	readonly id: string;
	readonly timeoutMs: number;
	/** The client is gone. */
	readonly signal: AbortSignal;
};

/**
Waits until a chunk is settled: rejected, or approved and in force here. Pushed, never polled: the
chunk is looked up once, and again only when the gateway or a policy swap rings. Both
subscriptions stand before the first lookup, so nothing that happens between is missed.
*/
export const waitForRuling = async (wait: Wait): Promise<Answer> => {
	const {gateway, host, id} = wait;
	const latch = makeLatch();
	const unsubscribes = [gateway.onChunk(id, latch.ring), host.policy.onSwap(latch.ring)];
	try {
		const first = await gateway.chunk(id);
		return first.ok
			? answer(wait, await settled(wait, latch, first.value))
			: gatewayAnswer(first.error, 'gateway_lookup_failed', id);
	} finally {
		for (const unsubscribe of unsubscribes) {
			unsubscribe();
		}
	}
};

/** The chunk as it is when it is settled or the time is over. A lookup that fails meanwhile leaves what was known. */
async function settled(wait: Wait, latch: Latch, first: Chunk): Promise<Chunk> {
	const {gateway, host, id, signal} = wait;
	let chunk = first;
	let isApprovalSeen = false;
	let deadline = host.clock.now() + wait.timeoutMs;
	while (!isSettled(wait, chunk) && !signal.aborted) {
		if (chunk.status === 'approved' && !isApprovalSeen) {
			isApprovalSeen = true;
			deadline = Math.max(deadline, host.clock.now() + reloadFloorMs);
		}

		if (!(await rangBefore(wait, latch, deadline))) {
			break;
		}

		const next = await gateway.chunk(id);
		chunk = next.ok ? next.value : chunk;
	}

	return chunk;
}

const isSettled = ({host}: Wait, chunk: Chunk): boolean =>
	chunk.status === 'rejected' ||
	(chunk.status === 'approved' &&
		(chunk.phase !== 'active' || isInForce(chunk, host.policy.current())));

async function rangBefore({host, signal}: Wait, latch: Latch, deadline: number): Promise<boolean> {
	const left = deadline - host.clock.now();
	if (left <= 0) {
		return false;
	}

	const over = new AbortController();
	const isRung = await Promise.race([
		latch.rung().then(() => true),
		host.clock.sleep(left, AbortSignal.any([signal, over.signal])).then(() => false),
	]);
	over.abort();
	return isRung;
}

function answer({host}: Wait, chunk: Chunk): Answer {
	const state = chunkState(chunk, host.policy.current());
	return jsonAnswer(200, chunk.status === 'pending' ? {...state, timed_out: true} : state);
}
