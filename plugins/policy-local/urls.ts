/** The virtual host, spelled once: denials, the skill and the routes must agree. */
export const policyLocalHost = 'policy.local';

/** Paths of the routes. */
export const paths = {
	policy: '/v1/policy/current',
	denials: '/v1/denials',
	logs: '/v1/logs',
	manifest: '/v1/manifest',
	prove: '/v1/prove',
	proposals: '/v1/proposals',
} as const;

/** The same as URLs, as denials and answers name them. */
export const policyLocalUrls = {
	policy: `http://${policyLocalHost}${paths.policy}`,
	denials: `http://${policyLocalHost}${paths.denials}`,
	proposals: `http://${policyLocalHost}${paths.proposals}`,
} as const;
