import {createHash} from 'node:crypto';
import {type CompiledPolicy, compile} from '../policies/model/compile.ts';
import type {Digest} from '../policies/model/names.ts';
import {parsePolicy} from '../policies/model/policy-parse.ts';
import {printPolicy} from '../policies/model/policy-print.ts';
import {problemLines} from '../policies/model/problem-lines.ts';
import type {Registry} from '../policies/model/protocol.ts';
import {err, ok, type Result} from '../policies/model/result.ts';

/** Reads a policy text into what answers, with the hash of its canonical form; the error is one line per problem. */
export const readPolicy = (
	yaml: string,
	words: Registry,
): Result<{readonly compiled: CompiledPolicy; readonly hash: Digest}, string> => {
	const parsed = parsePolicy(yaml);
	if (!parsed.ok) {
		return err(problemLines(parsed.error));
	}

	const {policy} = parsed.value;
	const compiled = compile(policy, words);
	return compiled.ok
		? ok({compiled: compiled.value, hash: digestOf(printPolicy(policy))})
		: err(problemLines(compiled.error));
};

const digestOf = (text: string): Digest =>
	createHash('sha256').update(text).digest('hex') as Digest;
