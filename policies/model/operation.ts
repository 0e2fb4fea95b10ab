import type {NetworkRule} from './policy.ts';

/** One PolicyMergeOperation: a change to a policy, as agents and reviewers write it. */
export type Operation = {readonly addRule: AddRule};

export type AddRule = {
	/** The key asked for; the merge may land elsewhere. */
	readonly ruleName: string;
	readonly rule: NetworkRule;
};

/** An operation in the JSON of the wire: camelCase outside, the policy's snake_case inside, defaults omitted. */
export type OperationJson = {readonly addRule: {readonly ruleName: string; readonly rule: object}};
