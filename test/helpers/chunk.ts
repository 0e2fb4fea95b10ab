import type {Chunk} from '../../policies/model/chunk.ts';
import {unavailable} from '../../policies/model/verdict.ts';

type Loose<T> = {readonly [K in keyof T]?: unknown};

/** A pending agent proposal with everything in place; a test names only what it is about. */
export const makeChunk = (over: Loose<Chunk> = {}): Chunk =>
	({
		id: 'chk_01J8Z3V9K6QXW4T2N5R7M8B0CD',
		sandbox: 'work',
		bundle_id: 'bnd_01J8Z3V9K6QXW4T2N5R7M8B0CE',
		status: 'pending',
		phase: 'reviewing',
		origin: 'agent_authored',
		rule_name: 'github_create',
		landing_rule: 'github_api',
		operation: {
			addRule: {
				ruleName: 'github_create',
				rule: {
					endpoints: [
						{
							host: 'api.github.com',
							port: 443,
							protocol: 'rest',
							rules: [{allow: {method: 'POST', path: '/user/repos'}}],
						},
					],
					binaries: [{path: '/usr/bin/node'}],
				},
			},
		},
		resulting_rule: 'github_api:\n  endpoints: []\n',
		warnings: [],
		rationale: 'The user asked for a repository.',
		security_notes: '',
		confidence: 0.75,
		created_at_ms: Date.UTC(2026, 7, 1, 12),
		decided_at_ms: 0,
		first_seen_ms: Date.UTC(2026, 7, 1, 12),
		last_seen_ms: Date.UTC(2026, 7, 1, 12, 0, 5),
		hit_count: 1,
		binary: '/usr/bin/node',
		validation_result: 'validation unavailable',
		verdict: unavailable,
		application_error: '',
		rejection_reason: '',
		rejection_code: '',
		guidance_code: '',
		review_token: 'ab12cd34ef56'.padEnd(64, '0'),
		current_effective_policy_hash: '1'.repeat(64),
		candidate_effective_policy_hash: '2'.repeat(64),
		denials: [
			{
				denial_id: 'den_01J8Z3V9K6QXW4T2N5R7M8B0CF',
				at: Date.UTC(2026, 7, 1, 12),
				code: 'not_permitted',
				layer: 'l7',
				host: 'api.github.com',
				port: 443,
				binary: '/usr/bin/node',
				method: 'POST',
				path: '/user/repos',
				detail: 'POST /user/repos not permitted by policy',
				reason: 'no allow rule matches',
			},
		],
		supersedes: [],
		tier: 'advisory',
		...over,
	}) as unknown as Chunk;
