import type {Operation, OperationJson} from './operation.ts';
import {toJson} from './print/plain.ts';
import {plainRule} from './print/rule.ts';

/** An operation as it is sent and shown: camelCase outside, the policy's words inside, defaults left out. */
export const printOperation = ({addRule}: Operation): OperationJson => ({
	addRule: {
		ruleName: addRule.ruleName,
		rule: toJson(plainRule(addRule.rule, addRule.ruleName)) as object,
	},
});
