import {clean} from './clean.ts';
import type {RuleKey} from './names.ts';
import {checkTlsSkip, middlewares} from './parse/middleware.ts';
import {DocumentFault, type DocumentNode} from './parse/node.ts';
import {below, type Place, ProblemList, warn} from './parse/place.ts';
import {namedMap, optional, type Reader, record, required, wholeNumber} from './parse/readers.ts';
import {checkName, networkRule} from './parse/rule.ts';
import {filesystemPolicy, landlock, process} from './parse/sections.ts';
import {nodeFromYaml} from './parse/yaml-node.ts';
import type {NetworkRule, Policy, Problem} from './policy.ts';
import {err, ok, type Result} from './result.ts';

export type ParsedPolicy = {readonly policy: Policy; readonly warnings: readonly Problem[]};

/**
Reads a policy text (contract 1.1 to 1.3 with decisions 1 to 5, 11 and 12). All problems are
collected, each with line, column, path and, for words, the nearest valid one; any error refuses
the whole text. In the policy that comes back every default is explicit.
*/
export const parsePolicy = (text: string): Result<ParsedPolicy, readonly Problem[]> => {
	const problems = new ProblemList();
	const node = readDocument(text);
	if (!node.ok) {
		return err([node.error]);
	}

	const policy = policyReader({node: node.value, at: '', problems});
	if (!policy || problems.hasErrors) {
		return err(problems.all);
	}

	return ok({policy, warnings: problems.all});
};

const readDocument = (text: string): Result<DocumentNode, Problem> => {
	try {
		return ok(nodeFromYaml(text));
	} catch (error) {
		if (error instanceof DocumentFault) {
			const {kind, position} = error;
			return err({severity: 'error', kind, message: clean(error.message), at: '', ...position});
		}

		throw error;
	}
};

const rules: Reader<Policy['network_policies']> = namedMap(
	(place, key): NetworkRule | undefined => {
		checkName(key, place);
		return networkRule(place, key);
	},
) as Reader<ReadonlyMap<RuleKey, NetworkRule>>;

type WrittenPolicy = {readonly [K in keyof Policy]?: Policy[K]} & {readonly version: number};

const writtenPolicy: Reader<WrittenPolicy> = record<WrittenPolicy>({
	version: required(wholeNumber(0, 2 ** 32 - 1)),
	filesystem_policy: optional(filesystemPolicy),
	landlock: optional(landlock),
	process: optional(process),
	network_policies: optional(rules),
	network_middlewares: optional(middlewares),
});

const policyReader: Reader<Policy> = (place: Place) => {
	const written = writtenPolicy(place);
	if (!written) {
		return undefined;
	}

	if (written.version !== 1) {
		warn(below(place, 'version'), 'UnknownVersion', 'this reads version 1 of the language');
	}

	const {network_policies = new Map(), network_middlewares = new Map(), ...rest} = written;
	checkTlsSkip(network_policies, network_middlewares, below(place, 'network_middlewares'));
	return {...rest, network_policies, network_middlewares};
};
