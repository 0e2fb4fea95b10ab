import {parseId} from '../../policies/model/names.ts';
import type {Answer, Exchange, PluginHost} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';
import {readBody} from './body.ts';
import {errors, gatewayAnswer} from './errors.ts';
import {parseJson} from './json.ts';
import {maxWaits, waitRetrySeconds, waitSeconds} from './limits.ts';
import {parseProposal} from './proposal.ts';
import {chunkState} from './state.ts';
import {numberFrom} from './target.ts';
import {waitForRuling} from './wait.ts';

/** `POST /v1/proposals`: 202 also when the gateway refuses every chunk, as the contract says; then the counts tell. */
export const submitProposal = async (host: PluginHost, exchange: Exchange): Promise<Answer> => {
	if (host.gateway === undefined) {
		return errors.noGateway('proposal submission');
	}

	const body = await readBody(exchange, host.clock);
	if (!body.ok) {
		return body.error;
	}

	const json = parseJson(body.value);
	if (!json.ok) {
		return errors.invalidProposal(json.error);
	}

	const proposal = parseProposal(json.value, host.denials);
	if (!proposal.ok) {
		return proposal.error;
	}

	const submitted = await host.gateway.submit(proposal.value);
	return submitted.ok
		? jsonAnswer(202, {status: 'submitted', ...submitted.value})
		: gatewayAnswer(submitted.error, 'proposal_submit_failed');
};

/** `GET /v1/proposals`: this sandbox's own, newest first. */
export const listProposals = async ({gateway, policy}: PluginHost): Promise<Answer> => {
	if (gateway === undefined) {
		return errors.noGateway('proposal state lookup');
	}

	const chunks = await gateway.chunks();
	return chunks.ok
		? jsonAnswer(200, {
				proposals: chunks.value
					.toSorted((a, b) => b.created_at_ms - a.created_at_ms)
					.map(chunk => chunkState(chunk, policy.current())),
			})
		: gatewayAnswer(chunks.error, 'gateway_lookup_failed');
};

/** `GET /v1/proposals/{id}`. What cannot be an id is never asked of the gateway. */
export const showProposal = async ({gateway, policy}: PluginHost, id: string): Promise<Answer> => {
	if (gateway === undefined) {
		return errors.noGateway('proposal state lookup');
	}

	if (!parseId('chunk', id).ok) {
		return errors.chunkNotFound(id);
	}

	const chunk = await gateway.chunk(id);
	return chunk.ok
		? jsonAnswer(200, chunkState(chunk.value, policy.current()))
		: gatewayAnswer(chunk.error, 'gateway_lookup_failed', id);
};

/** One `/wait`, and how many are open beside it. */
export type AskedWait = {
	readonly id: string;
	readonly query: string;
	readonly signal: AbortSignal;
	readonly waits: {open: number};
};

/** `GET /v1/proposals/{id}/wait?timeout=S`. */
export const waitForProposal = async (
	host: PluginHost,
	{id, query, signal, waits}: AskedWait,
): Promise<Answer> => {
	const {gateway} = host;
	if (gateway === undefined) {
		return errors.noGateway('proposal state lookup');
	}

	if (!parseId('chunk', id).ok) {
		return errors.chunkNotFound(id);
	}

	if (waits.open >= maxWaits) {
		return errors.tooManyWaits(waitRetrySeconds);
	}

	waits.open += 1;
	try {
		const timeoutMs = numberFrom(query, 'timeout', waitSeconds) * 1000;
		return await waitForRuling({host, gateway, id, timeoutMs, signal});
	} finally {
		waits.open -= 1;
	}
};
