import {denialCodes} from '../../policies/model/codes.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {OperationJson} from '../../policies/model/operation.ts';
import {policyLocalUrls} from '../policy-local/urls.ts';
import {advice} from './advice.ts';

/** What of the sandbox a denial's text depends on. */
export type DenialContext = {
	/** Whether a proposal could be made: `unheard` means that no gateway would take it. */
	readonly proposals: 'open' | 'off' | 'unheard';
	/** A file that exists for this client. */
	readonly skillFile: string;
	readonly suggested: OperationJson | undefined;
};

/**
A denial as the client reads it: one shape on every layer (decision 21). The keys are those of
contract §4.1 with `code`, `denial_id`, `reason` and `suggested_operation` beside them; what is
not a question of policy has no rule to miss and nothing to propose.
*/
export const denialBody = (denial: Denial, context: DenialContext): object => ({
	...common(denial),
	...(denialCodes[denial.code].error === 'policy_denied'
		? policyPart(denial, context)
		: {agent_guidance: advice[denial.code]}),
});

function common(denial: Denial): object {
	const {denial_id, code, layer, host, port, binary, method, path, detail, reason} = denial;
	return {
		error: denialCodes[code].error,
		code,
		denial_id,
		detail,
		reason,
		layer,
		...known({host, port, binary, method, path}),
	};
}

function policyPart(denial: Denial, context: DenialContext): object {
	const {policy, method, path} = denial;
	const isRequest = denial.layer === 'l7';
	const suggestion = context.proposals === 'open' ? context.suggested : undefined;
	return {
		...(policy === undefined ? {} : {policy}),
		...(isRequest ? {protocol: 'rest', rule: `${method ?? ''} ${path ?? ''}`.trim()} : {}),
		rule_missing: ruleMissing(denial),
		next_steps: nextSteps(denial, context),
		...(context.proposals === 'off' ? {} : {agent_guidance: guidance(denial, context)}),
		...(suggestion === undefined
			? {}
			: {
					suggested_operation: suggestion,
					...(denial.suggestion_is_broader ? {suggestion_is_broader: true} : {}),
				}),
	};
}

function ruleMissing(denial: Denial): object {
	const {host, port, binary, method, path, layer} = denial;
	return {
		type: layer === 'l7' ? 'rest_allow' : 'l4_allow',
		layer,
		...known({host, port, binary, method, path}),
	};
}

/** Blank and unknown facts are left out (contract §4.1). */
function known(facts: Readonly<Record<string, string | number | undefined>>): object {
	return Object.fromEntries(
		Object.entries(facts).filter(([, fact]) => fact !== undefined && fact !== '' && fact !== 0),
	);
}

/** Only what would be answered: nobody is sent to propose where nobody listens. */
function nextSteps({code}: Denial, {proposals, skillFile}: DenialContext): readonly object[] {
	if (proposals === 'off' || !denialCodes[code].proposable) {
		return [];
	}

	const inspect = [
		{action: 'inspect_policy', method: 'GET', url: policyLocalUrls.policy},
		{action: 'inspect_recent_denials', method: 'GET', url: `${policyLocalUrls.denials}?last=5`},
	];
	return proposals === 'unheard'
		? inspect
		: [
				{action: 'read_skill', path: skillFile},
				...inspect,
				{
					action: 'submit_proposal',
					method: 'POST',
					url: policyLocalUrls.proposals,
					body_type: 'PolicyMergeOperation',
				},
			];
}

function guidance({code}: Denial, {proposals, skillFile}: DenialContext): string {
	if (!denialCodes[code].proposable) {
		return advice[code];
	}

	return proposals === 'unheard'
		? 'This proxy runs without a gateway, so nobody can rule on a proposal here. Tell your user what was refused and why; only they can change the policy.'
		: `Read ${skillFile}, propose the narrowest rule at ${policyLocalUrls.proposals}, wait on its /wait URL, and retry once it answers policy_reloaded: true.`;
}
