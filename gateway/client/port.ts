import type {Gateway, GatewayFailure} from '../../policies/model/plugin.ts';
import {err, type Result} from '../../policies/model/result.ts';
import type {GatewayClient} from './client.ts';
import type {Feed} from './feed.ts';
import type {ClientFailure} from './transport.ts';

/** What a sandbox's plugins may ask of its gateway, over the client and feed the proxy already has. */
export const gatewayPort = (
	client: GatewayClient,
	feed: Feed,
	{sandbox, newId}: {readonly sandbox: string; newId(): string},
): Gateway => ({
	async submit(proposal) {
		const key = newId();
		const first = await client.submit(sandbox, proposal, key);
		// A kept-alive connection may break before the answer. With the same key it is the same submission.
		const isUnheard = !first.ok && first.error.kind === 'unreachable';
		return mapFailure(isUnheard ? await client.submit(sandbox, proposal, key) : first);
	},
	chunks: async () => mapFailure(await client.chunks(sandbox)),
	chunk: async id => mapFailure(await client.chunk(sandbox, id)),
	onChunk(id, listener) {
		const endEvents = feed.onEvent(event => {
			if (event.kind === 'chunk-changed' && event.data['chunk_id'] === id) {
				listener();
			}
		});
		// After a gap nobody knows what changed, so everyone who waits looks again.
		const endOpenings = feed.onOpen(({resumed}) => {
			if (!resumed) {
				listener();
			}
		});
		return () => {
			endEvents();
			endOpenings();
		};
	},
});

const mapFailure = <T>(answer: Result<T, ClientFailure>): Result<T, GatewayFailure> =>
	answer.ok ? answer : err(toPortFailure(answer.error));

const toPortFailure = (failure: ClientFailure): GatewayFailure => {
	if (failure.kind === 'unreachable') {
		return failure;
	}

	const {status, body} = failure;
	return {
		kind: portKind(status),
		detail: body.detail,
		...(body.retry_after_s !== undefined && {retry_after_s: body.retry_after_s}),
	};
};

const portKind = (status: number): GatewayFailure['kind'] => {
	switch (status) {
		case 404: {
			return 'not_found';
		}

		case 429: {
			return 'rate_limited';
		}

		case 503: {
			return 'unreachable';
		}

		default: {
			return 'refused';
		}
	}
};
