import type {AgentStep} from './steps.ts';

/** What the agent's steps come to. */
export type AgentFacts = {
	readonly code: number;
	readonly login: string;
	readonly commit: string;
	readonly why: string;
	/** The reviewer's reason; absent: nothing was rejected. */
	readonly rejection?: string;
};

/** What one step adds. */
export function factOf(step: AgentStep): Partial<AgentFacts> {
	switch (step.step) {
		case 'started': {
			return {login: step.login};
		}

		case 'pushed': {
			return {commit: step.commit};
		}

		case 'waited': {
			return step.status === 'rejected' ? {rejection: step.rejection_reason} : {};
		}

		case 'gave_up': {
			return {why: step.why};
		}

		default: {
			return {};
		}
	}
}

/** A line of the agent's, where it is a step. */
export function parseStep(line: string): AgentStep | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null && 'step' in value
			? (value as AgentStep)
			: undefined;
	} catch {
		return undefined;
	}
}

export const success =
	'Refused twice, asked twice, approved twice: the repository exists and the commit is in it.';

/** Why the demonstration did not reach its end; a reviewer who says no has not made it fail. */
export function whyItEnded({rejection, why}: AgentFacts): string {
	if (rejection !== undefined) {
		const reason = rejection === '' ? 'No reason was given.' : `The reason: ${rejection}`;
		return `The demonstration ended by the reviewer's ruling: rejected. ${reason}`;
	}

	return why === ''
		? 'The demonstration did not reach its end.'
		: `The demonstration failed: ${why}`;
}
