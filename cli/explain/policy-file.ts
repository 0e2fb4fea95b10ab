import {readFile} from 'node:fs/promises';
import {builtInWords} from '../../plugins/words.ts';
import {ambiguity} from '../../policies/model/ambiguity.ts';
import {clean} from '../../policies/model/clean.ts';
import {type CompiledPolicy, compile} from '../../policies/model/compile.ts';
import type {Problem} from '../../policies/model/policy.ts';
import {parsePolicy} from '../../policies/model/policy-parse.ts';
import {exitCodes} from '../exit-codes.ts';
import {Failure, messageOf} from '../failure.ts';

/** A policy text made ready to answer, with everything that is wrong or odd in it. */
export type ReadPolicy = {
	/** Absent where an error keeps it from being enforced. */
	readonly compiled: CompiledPolicy | undefined;
	readonly problems: readonly Problem[];
};

/** Parses, compiles and checks for ambiguity, as the gateway does before it takes a policy. */
export function readPolicyText(text: string): ReadPolicy {
	const parsed = parsePolicy(text);
	if (!parsed.ok) {
		return {compiled: undefined, problems: parsed.error};
	}

	const {policy, warnings} = parsed.value;
	const compiled = compile(policy, builtInWords);
	if (!compiled.ok) {
		return {compiled: undefined, problems: [...warnings, ...compiled.error]};
	}

	const problems = [...warnings, ...ambiguity(policy)];
	const isSound = problems.every(problem => problem.severity !== 'error');
	return {compiled: isSound ? compiled.value : undefined, problems};
}

export const readPolicyFile = (file: string): Promise<string> =>
	readFile(file, 'utf8').catch(error => {
		throw new Failure(`Cannot read the policy: ${messageOf(error)}`);
	});

/** A policy that must be sound to go on. */
export function soundPolicy(text: string, file: string): CompiledPolicy {
	const {compiled, problems} = readPolicyText(text);
	if (compiled === undefined) {
		const errors = problems.filter(({severity}) => severity === 'error');
		throw new Failure(
			'The policy cannot be used:',
			exitCodes.failed,
			errors.map(problem => problemText(problem, file)),
		);
	}

	return compiled;
}

/** `file:line:column: error Kind: message`. */
export const problemText = (
	{line, column, severity, kind, message, at}: Problem,
	file: string,
): string => {
	const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
	const where = line === undefined && at !== '' ? ` (at ${at})` : '';
	return clean(`${place}: ${severity} ${kind}: ${message}${where}`, Number.POSITIVE_INFINITY);
};
