import type {GatewayClient} from '../gateway/client/client.ts';
import {openFeed} from '../gateway/client/feed.ts';
import {paths} from '../gateway/client/wire.ts';
import type {Chunk} from '../policies/model/chunk.ts';
import {systemClock} from './clock.ts';

type Settling = {
	readonly client: GatewayClient;
	readonly sandbox: string;
	readonly id: string;
	readonly withinMs: number;
};

/**
Waits until a chunk that was approved is in force, or was refused by its sandbox. Gives the chunk as it
is then, or undefined where it is still being activated when the time is over.
*/
export async function untilSettled({
	client,
	sandbox,
	id,
	withinMs,
}: Settling): Promise<Chunk | undefined> {
	const ending = new AbortController();
	const look = async (): Promise<Chunk | undefined> => {
		const answer = await client.chunk(sandbox, id);
		return answer.ok && answer.value.phase !== 'activating' ? answer.value : undefined;
	};
	return new Promise(resolve => {
		const finish = (chunk: Chunk | undefined): void => {
			clearTimeout(timer);
			ending.abort();
			resolve(chunk);
		};
		const timer = setTimeout(finish, withinMs, undefined);
		const feed = openFeed(
			client.transport,
			{path: paths.sandboxEvents(sandbox), signal: ending.signal},
			{random: Math.random, sleep: systemClock.sleep},
		);
		const check = (): void => {
			void look().then(chunk => {
				if (chunk !== undefined) {
					finish(chunk);
				}
			});
		};
		feed.onOpen(check);
		feed.onEvent(event => {
			if (event.kind === 'chunk-changed' || event.kind === 'revision-changed') {
				check();
			}
		});
	});
}
