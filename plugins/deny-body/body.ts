import {denialCodes} from '../../policies/model/codes.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {OperationJson} from '../../policies/model/operation.ts';
import {policyLocalUrls} from '../policy-local/urls.ts';
import {advice} from './advice.ts';

/** What of the sandbox a denial's text depends on. */
export type DenialContext = {
	readonly isProposing: boolean;
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
	const suggestion = context.isProposing ? context.suggested : undefined;
	return {
		...(policy === undefined ? {} : {policy}),
		...(isRequest ? {protocol: 'rest', rule: `${method ?? ''} ${path ?? ''}`.trim()} : {}),
		rule_missing: ruleMissing(denial),
		next_steps: canPropose(denial, context) ? nextSteps(context.skillFile) : [],
		...(context.isProposing ? {agent_guidance: guidance(denial, context.skillFile)} : {}),
		...(suggestion === undefined
			? {}
			: {
					suggested_operation: suggestion,
					...(denial.suggestion_is_broader ? {suggestion_is_broader: true} : {}),
				}),
	};
}

const canPropose = (denial: Denial, {isProposing}: DenialContext): boolean =>
	isProposing && denialCodes[denial.code].proposable;

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

function nextSteps(skillFile: string): readonly object[] {
	return [
		{action: 'read_skill', path: skillFile},
		{action: 'inspect_policy', method: 'GET', url: policyLocalUrls.policy},
		{action: 'inspect_recent_denials', method: 'GET', url: `${policyLocalUrls.denials}?last=5`},
		{
			action: 'submit_proposal',
			method: 'POST',
			url: policyLocalUrls.proposals,
			body_type: 'PolicyMergeOperation',
		},
	];
}

function guidance({code}: Denial, skillFile: string): string {
	return denialCodes[code].proposable
		? `Read ${skillFile}, propose the narrowest rule at ${policyLocalUrls.proposals}, wait on its /wait URL, and retry once it answers policy_reloaded: true.`
		: advice[code];
}
