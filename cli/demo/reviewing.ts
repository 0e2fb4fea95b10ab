import type {GatewayClient} from '../../gateway/client/client.ts';
import {openFeed} from '../../gateway/client/feed.ts';
import {paths} from '../../gateway/client/wire.ts';
import type {Chunk} from '../../policies/model/chunk.ts';
import type {Ruling} from '../../policies/model/revision.ts';
import {systemClock} from '../clock.ts';

export type Reviewing = {
	/** Called once for each proposal that waits for a ruling. */
	onReview(chunk: Chunk): Promise<void>;
	/** Called once for each proposal on which somebody ruled. */
	onRuled(chunk: Chunk, ruling: Ruling): void;
	onTrouble(message: string): void;
};

/**
Watches a sandbox's inbox as a reviewer. With `approves` every proposal is approved as soon as it has
been shown, in the demonstration's name.
*/
export function reviewInbox(
	client: GatewayClient,
	{sandbox, approves, signal}: {sandbox: string; approves: boolean; signal: AbortSignal},
	told: Reviewing,
): void {
	const shown = new Set<string>();
	const ruled = new Set<string>();
	const tellRuling = (chunk: Chunk): void => {
		if (chunk.ruling !== undefined && isNew(ruled, chunk.id)) {
			told.onRuled(chunk, chunk.ruling);
		}
	};
	const consider = async (chunk: Chunk): Promise<void> => {
		if (chunk.phase === 'reviewing' && isNew(shown, chunk.id)) {
			await told.onReview(chunk);
			const now = approves ? await approve(client, chunk, told) : chunk;
			tellRuling(now);
		} else {
			tellRuling(chunk);
		}
	};
	const look = async (): Promise<void> => {
		const answer = await client.chunks(sandbox);
		for (const chunk of answer.ok ? [...answer.value].reverse() : []) {
			await consider(chunk);
		}
	};
	let looking = Promise.resolve();
	const lookAgain = (): void => {
		looking = looking.then(look).catch(error => told.onTrouble(String(error)));
	};
	const feed = openFeed(
		client.transport,
		{path: paths.sandboxEvents(sandbox), signal},
		{random: Math.random, sleep: systemClock.sleep},
	);
	feed.onOpen(lookAgain);
	feed.onEvent(event => {
		if (event.kind === 'chunk-changed' || event.kind === 'ruling') {
			lookAgain();
		}
	});
}

/** Notes it, and says whether it was not yet noted. */
const isNew = (known: Set<string>, id: string): boolean => !known.has(id) && known.add(id).has(id);

async function approve(client: GatewayClient, chunk: Chunk, told: Reviewing): Promise<Chunk> {
	const request = {review_token: chunk.review_token, via: 'demo'} as const;
	const answer = await client.approve(chunk.sandbox, chunk.id, request);
	if (answer.ok) {
		return answer.value.chunk;
	}

	const {error} = answer;
	told.onTrouble(error.kind === 'refused' ? error.body.detail : error.detail);
	return chunk;
}
