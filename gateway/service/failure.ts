import type {Chunk} from '../../policies/model/chunk.ts';
import {err} from '../../policies/model/result.ts';

/** Every reason for which the gateway says no, with its HTTP status: in one place. */
export const failureStatus = {
	invalid_request: 400,
	invalid_json: 400,
	unauthenticated: 401,
	wrong_principal: 403,
	route_not_found: 404,
	not_found: 404,
	chunk_not_found: 404,
	method_not_allowed: 405,
	request_timeout: 408,
	stale: 409,
	decided: 409,
	sandbox_live: 409,
	sandbox_tier: 409,
	workdir_mismatch: 409,
	policy_differs: 409,
	managed_globally: 409,
	revision_settled: 409,
	cursor_lost: 409,
	key_reused: 409,
	body_too_large: 413,
	unsupported_media_type: 415,
	not_applicable: 422,
	invalid_policy: 422,
	invalid_proposal: 422,
	invalid_setting: 422,
	proposals_disabled: 422,
	head_too_large: 431,
	rate_limited: 429,
	internal_error: 500,
	unavailable: 503,
} as const;

export type FailureCode = keyof typeof failureStatus;

export type Failure = {
	readonly code: FailureCode;
	/** What happened, why, and what to do now. */
	readonly detail: string;
	readonly retry_after_s?: number;
	/** With `stale` and `decided`: the chunk as it is now. */
	readonly chunk?: Chunk;
};

/** A refusal as the result of a service; `detail` is read by people and agents. */
export const fail = (
	code: FailureCode,
	detail: string,
	more: Pick<Failure, 'retry_after_s' | 'chunk'> = {},
): {readonly ok: false; readonly error: Failure} => err({code, detail, ...more});

/** It was there when the request was admitted, and is not any more. */
export const sandboxGone = fail(
	'not_found',
	'the sandbox was removed meanwhile; `openshell sandbox list` names those that exist',
);
