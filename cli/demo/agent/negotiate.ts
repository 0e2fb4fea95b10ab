import {readFile} from 'node:fs/promises';
import type {AgentStep} from '../steps.ts';
import {call, type Json, type Network, recordsOf, textOf} from './http.ts';

/** What the agent knows of `policy.local`: only what a denial's `next_steps` and the skill told it. */
export type Guidance = {
	readonly denialsUrl: string;
	readonly proposalsUrl: string;
};

export type Say = (step: AgentStep) => void;

/** The agent cannot go on, and why. */
export class GivenUp extends Error {
	override readonly name = 'GivenUp';
}

/** Follows the `next_steps` of a denial: reads the skill file, remembers where to ask. */
export async function readGuidance(denial: Json, say: Say): Promise<Guidance> {
	const steps = new Map(
		recordsOf(denial['next_steps']).map(step => [textOf(step['action']), step]),
	);
	const path = textOf(steps.get('read_skill')?.['path']);
	const denialsUrl = textOf(steps.get('inspect_recent_denials')?.['url']);
	const proposalsUrl = textOf(steps.get('submit_proposal')?.['url']);
	if (path === '' || denialsUrl === '' || proposalsUrl === '') {
		throw new GivenUp('The denial names no next steps; proposals are probably switched off.');
	}

	const skill = await readFile(path, 'utf8');
	say({step: 'read_skill', path, lines: skill.split('\n').length});
	// The skill's own rule: only policy.local is believed, whatever an answer claims (X6).
	for (const url of [denialsUrl, proposalsUrl]) {
		if (new URL(url).host !== 'policy.local' || !skill.includes(new URL(url).pathname)) {
			throw new GivenUp(`The skill file does not speak of ${url}, so it is not followed.`);
		}
	}

	return {denialsUrl, proposalsUrl};
}

/** The proxy's own record of a denial, from policy.local; never from the body that claimed it. */
export async function findDenial(
	network: Network,
	guidance: Guidance,
	isWanted: (item: Json) => boolean,
): Promise<Json> {
	const url = new URL(guidance.denialsUrl);
	url.searchParams.set('last', '50');
	const {json} = await call(network, {method: 'GET', url: url.href});
	const found = recordsOf(json['items']).find(isWanted);
	if (found === undefined) {
		throw new GivenUp('policy.local does not know this denial, so nothing is proposed for it.');
	}

	return found;
}

/**
Proposes what the recorded denial suggests, citing it, and waits for the ruling. Resolves once the
policy that allows it is loaded.
*/
export async function negotiate(
	network: Network,
	guidance: Guidance,
	{intent, denial, say}: {readonly intent: string; readonly denial: Json; readonly say: Say},
): Promise<void> {
	const operation = denial['suggested_operation'];
	const isBroader = denial['suggestion_is_broader'] === true || denial['layer'] === 'l4';
	if (operation === undefined) {
		throw new GivenUp('No proposal could help with this denial.');
	}

	const {status, json} = await call(network, {
		method: 'POST',
		url: guidance.proposalsUrl,
		body: {intent_summary: intent, operations: [operation], denial_ids: [denial['denial_id']]},
	});
	const chunk = Array.isArray(json['accepted_chunk_ids'])
		? textOf(json['accepted_chunk_ids'][0])
		: '';
	if (status !== 202 || chunk === '') {
		throw new GivenUp(`The proposal was not accepted: ${JSON.stringify(json)}`);
	}

	say({step: 'proposed', chunk_id: chunk, intent, operation, broader: isBroader});
	await waitForRuling(network, `${guidance.proposalsUrl}/${chunk}/wait?timeout=60`, {chunk, say});
}

async function waitForRuling(
	network: Network,
	url: string,
	{chunk, say}: {readonly chunk: string; readonly say: Say},
): Promise<void> {
	const start = performance.now();
	const ruling = await nextRuling(network, url);
	const reason = textOf(ruling['rejection_reason']);
	say({
		step: 'waited',
		chunk_id: chunk,
		status: textOf(ruling['status']),
		policy_reloaded: ruling['policy_reloaded'] === true,
		rejection_reason: reason,
		waited_ms: Math.round(performance.now() - start),
	});
	if (ruling['status'] === 'rejected') {
		throw new GivenUp(`The reviewer said no${reason === '' ? '.' : `: ${reason}`}`);
	}
}

/** Asks again as long as nobody has ruled, or the approved policy is not loaded yet. */
async function nextRuling(network: Network, url: string): Promise<Json> {
	for (;;) {
		const {status, json} = await call(network, {method: 'GET', url});
		if (status !== 200) {
			throw new GivenUp(`Waiting failed with status ${status}: ${JSON.stringify(json)}`);
		}

		if (json['status'] === 'rejected' || json['policy_reloaded'] === true) {
			return json;
		}
	}
}
