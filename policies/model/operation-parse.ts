import {clean} from './clean.ts';
import {parseAgentRuleName} from './names.ts';
import type {Operation} from './operation.ts';
import {restrictAgent} from './parse/agent.ts';
import {nodeFromJson} from './parse/json-node.ts';
import {DocumentFault, type DocumentNode} from './parse/node.ts';
import {below, complain, type Place, ProblemList} from './parse/place.ts';
import {optional, type Reader, record, required, text, unread} from './parse/readers.ts';
import {checkName, networkRule} from './parse/rule.ts';
import type {NetworkRule, Problem} from './policy.ts';
import {err, ok, type Result} from './result.ts';

/** Who wrote an operation: an agent may ask for less than an operator may say. */
export type Author = 'agent' | 'operator';

/**
Reads one operation from parsed JSON: the same rule and endpoint readers as a policy file, so what
is refused there is refused here. The messages of contract 3.4 stand in `message`, word for word,
and the first problem is the one to answer with.
*/
export const parseOperation = (
	json: unknown,
	{author}: {readonly author: Author},
): Result<Operation, readonly Problem[]> => {
	const problems = new ProblemList();
	const node = readJson(json, problems);
	const operation = node && readOperation({node, at: '', problems}, author);
	return operation === undefined || problems.hasErrors ? err(problems.all) : ok(operation);
};

const readJson = (json: unknown, problems: ProblemList): DocumentNode | undefined => {
	try {
		return nodeFromJson(json);
	} catch (error) {
		if (error instanceof DocumentFault) {
			problems.add({severity: 'error', kind: error.kind, message: error.message, at: ''});
			return undefined;
		}

		throw error;
	}
};

const readOperation = (place: Place, author: Author): Operation | undefined => {
	if (place.node.kind !== 'mapping' || !place.node.entries.has('addRule')) {
		const message = 'this MVP accepts `addRule` operations; submit a full narrow NetworkPolicyRule';
		unread(place, 'UnsupportedOperation', message);
		return undefined;
	}

	return record<Operation>({addRule: required(addRuleBy(author))})(place);
};

const addRuleBy =
	(author: Author): Reader<Operation['addRule']> =>
	place => {
		const ruleName = nameOf(place);
		const written = record<{ruleName?: string; rule: NetworkRule}>({
			ruleName: optional(text),
			rule: required(rulePlace => networkRule(rulePlace, ruleName)),
		})(place);
		checkRuleName(ruleName, author, below(place, 'ruleName'));
		if (author === 'agent') {
			restrictAgent(below(place, 'rule'));
		}

		return written && {ruleName, rule: written.rule};
	};

/** `ruleName`, or where it is blank the rule's own name. */
const nameOf = (place: Place): string => {
	const names = [below(place, 'ruleName'), below(place, 'rule', 'name')].map(({node}) =>
		node.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : '',
	);
	return names.find(name => name !== '') ?? '';
};

const checkRuleName = (name: string, author: Author, place: Place): void => {
	if (name === '') {
		complain(place, 'MissingRuleName', 'addRule.ruleName or rule.name is required');
		return;
	}

	const parsed = author === 'agent' ? parseAgentRuleName(name) : undefined;
	if (parsed === undefined) {
		checkName(name, place);
	} else if (!parsed.ok) {
		complain(place, 'InvalidRuleName', clean(parsed.error));
	}
};
