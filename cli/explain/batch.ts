import type {CompiledPolicy} from '../../policies/model/compile.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {maxBatchLineLength, maxKnownPolicies} from '../limits.ts';
import {answerOf} from './answer.ts';
import {problemText, readPolicyFile, readPolicyText} from './policy-file.ts';
import {parseQuestion} from './question-json.ts';

/** The line that answers one line of a batch; `isRead` is false where the question made no sense. */
export type Told = {readonly isRead: boolean; readonly line: object};

/**
Answers one question, or says what is wrong with it, under its own id where it has one and under the
number of its line, counted from 1.
*/
export function answerLine(text: string, line: number, policyOf: PolicySource): Told {
	const question =
		text.length > maxBatchLineLength
			? err(`the line is longer than ${maxBatchLineLength} characters`)
			: parseQuestion(text);
	if (!question.ok) {
		return {isRead: false, line: {id: idIn(text), line, error: question.error}};
	}

	const {id} = question.value;
	const policy = policyOf(question.value.policy);
	return policy.ok
		? {isRead: true, line: {id, ...answerOf(question.value, policy.value)}}
		: {isRead: false, line: {id, line, error: policy.error}};
}

/** The compiled policy of a question: its own text, else the file's. */
export type PolicySource = (text: string | undefined) => Result<CompiledPolicy, string>;

/** Reads `--policy` once; policies inside questions are compiled once each, as long as few are in use. */
export async function policySource(file: string | undefined): Promise<PolicySource> {
	const common = file === undefined ? undefined : await readPolicyFile(file);
	const known = new Map<string, Result<CompiledPolicy, string>>();
	return text => {
		const wanted = text ?? common;
		if (wanted === undefined) {
			return err("the line has no 'policy', and there is no --policy");
		}

		const found =
			known.get(wanted) ?? compiled(wanted, text === undefined ? (file ?? '') : 'policy');
		if (known.size >= maxKnownPolicies) {
			known.clear();
		}

		known.set(wanted, found);
		return found;
	};
}

function compiled(text: string, name: string): Result<CompiledPolicy, string> {
	const {compiled: policy, problems} = readPolicyText(text);
	return policy === undefined
		? err(
				problems
					.filter(({severity}) => severity === 'error')
					.map(problem => problemText(problem, name))
					.join('; '),
			)
		: ok(policy);
}

function idIn(line: string): unknown {
	try {
		const {id = null}: {id?: unknown} = JSON.parse(line) ?? {};
		return typeof id === 'string' || typeof id === 'number' ? id : null;
	} catch {
		return null;
	}
}
