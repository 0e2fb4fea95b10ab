import {clean} from '../../policies/model/clean.ts';
import type {Answer, GatewayFailure} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';

/** Every error of policy.local: a word, what to do about it, and more keys where there is more to say (contract §3.3). */
export const errorAnswer = (
	status: number,
	error: string,
	detail: string,
	more: object = {},
): Answer => jsonAnswer(status, {error, detail, ...more});

export const errors = {
	featureDisabled: (): Answer =>
		errorAnswer(
			404,
			'feature_disabled',
			'agent-driven policy proposals are not enabled in this sandbox; set the `agent_policy_proposals_enabled` setting to true to enable',
		),
	routeNotFound: (method: string, path: string): Answer =>
		errorAnswer(
			404,
			'not_found',
			`policy.local route not found: ${clean(`${method} ${path}`, 500)}`,
		),
	subRouteNotFound: (path: string): Answer =>
		errorAnswer(404, 'not_found', `policy.local proposal sub-route not found: ${clean(path, 500)}`),
	policyUnavailable: (): Answer =>
		errorAnswer(404, 'policy_unavailable', 'no current sandbox policy is loaded'),
	invalidProposal: (detail: string, more: object = {}): Answer =>
		errorAnswer(400, 'invalid_proposal', detail, more),
	noGateway: (what: 'proposal submission' | 'proposal state lookup'): Answer =>
		errorAnswer(
			503,
			'gateway_unavailable',
			what === 'proposal submission'
				? 'policy proposal submission requires a gateway-connected sandbox'
				: 'proposal state lookup requires a gateway-connected sandbox',
		),
	chunkNotFound: (id: string): Answer =>
		errorAnswer(
			404,
			'chunk_not_found',
			`chunk '${clean(id, 100)}' is not present in this sandbox's draft policy`,
		),
	tooManyWaits: (retry_after_s: number): Answer =>
		errorAnswer(
			429,
			'rate_limited',
			'too many /wait requests are open in this sandbox; close some, or read GET /v1/proposals',
			{retry_after_s},
		),
	notAvailable: (): Answer =>
		errorAnswer(
			501,
			'not_available',
			'this gateway has no prover yet; submit the proposal, a person rules on it',
		),
} as const;

/** The gateway did not do what it was asked; `error` is the word for the thing asked. */
export const gatewayAnswer = (
	failure: GatewayFailure,
	error: 'proposal_submit_failed' | 'gateway_lookup_failed',
	chunk = '',
): Answer => {
	const detail = clean(failure.detail, 500);
	switch (failure.kind) {
		case 'not_found':
			return chunk === '' ? errorAnswer(502, error, detail) : errors.chunkNotFound(chunk);
		case 'rate_limited':
			return errorAnswer(429, 'rate_limited', detail, {
				retry_after_s: failure.retry_after_s ?? defaultRetrySeconds,
			});
		case 'unreachable':
		case 'refused':
			return errorAnswer(502, error, detail);
	}
};

const defaultRetrySeconds = 5;
