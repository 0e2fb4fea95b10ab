/** The virtual host, spelled once: denials, the skill and the routes must agree. */
export const policyLocalHost = 'policy.local';

const base = `http://${policyLocalHost}`;

export const policyLocal = {
	policy: `${base}/v1/policy/current`,
	denials: `${base}/v1/denials`,
	proposals: `${base}/v1/proposals`,
} as const;
