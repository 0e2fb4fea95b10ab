/** The settings a gateway or a sandbox may carry. Unknown keys are refused where they are set. */
export type Settings = {
	/** policy.local, the skill files and `next_steps` exist only while this is on. */
	readonly agent_policy_proposals_enabled: boolean;
	readonly proposal_approval_mode: 'manual' | 'auto';
};

export const defaultSettings: Settings = {
	agent_policy_proposals_enabled: true,
	proposal_approval_mode: 'manual',
};

/** How strongly a sandbox holds its program: all traffic captured, ports only, or by asking politely. */
export type Tier = 'full' | 'ports' | 'advisory';
