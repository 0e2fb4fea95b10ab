import {clean} from '../../policies/model/clean.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {parseId} from '../../policies/model/names.ts';
import type {OperationJson} from '../../policies/model/operation.ts';
import {parseOperation} from '../../policies/model/operation-parse.ts';
import {printOperation} from '../../policies/model/operation-print.ts';
import type {Answer, DenialRing, Submission} from '../../policies/model/plugin.ts';
import type {Problem} from '../../policies/model/policy.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {errors} from './errors.ts';
import {maxIntent, maxOperations, maxProblems, maxReferences} from './limits.ts';
import {policyLocalUrls} from './urls.ts';

/**
The body of `POST /v1/proposals` (contract §3.4, wire.md §8) as what the gateway is sent: the
operations in our own spelling, and the denials themselves in place of their ids, so that only
what this proxy refused can be cited (decision 19).
*/
export const parseProposal = (json: unknown, denials: DenialRing): Result<Submission, Answer> => {
	const body = asObject(json);
	if (body === undefined) {
		return err(errors.invalidProposal('the body must be a JSON object'));
	}

	const unknown = [...body.keys()].find(key => !known.has(key));
	if (unknown !== undefined) {
		return err(
			errors.invalidProposal(
				`unknown key '${clean(unknown, 64)}'; known are ${[...known].join(', ')}`,
			),
		);
	}

	const intent = parseIntent(body.get('intent_summary'));
	if (!intent.ok) {
		return intent;
	}

	const operations = parseOperations(body.get('operations'));
	if (!operations.ok) {
		return operations;
	}

	const cited = parseDenials(body.get('denial_ids'), denials);
	if (!cited.ok) {
		return cited;
	}

	const supersedes = parseReferences(body.get('supersedes'), 'supersedes', parseChunkId);
	return supersedes.ok
		? ok({
				mode: 'agent_authored',
				intent_summary: intent.value,
				operations: operations.value,
				denials: cited.value,
				supersedes: supersedes.value,
			})
		: supersedes;
};

const known: ReadonlySet<string> = new Set([
	'intent_summary',
	'operations',
	'denial_ids',
	'supersedes',
]);

/** A Map, so that a key like `__proto__` is a key like any other (X39). */
function asObject(json: unknown): ReadonlyMap<string, unknown> | undefined {
	return typeof json === 'object' && json !== null && !Array.isArray(json)
		? new Map(Object.entries(json))
		: undefined;
}

function parseIntent(value: unknown): Result<string, Answer> {
	if (value === undefined) {
		return ok('');
	}

	if (typeof value !== 'string') {
		return err(errors.invalidProposal('intent_summary must be a string'));
	}

	return [...value].length > maxIntent
		? err(
				errors.invalidProposal(
					`intent_summary is longer than ${maxIntent} characters; say it in one sentence`,
				),
			)
		: ok(clean(value.trim(), maxIntent));
}

function parseOperations(value: unknown): Result<readonly OperationJson[], Answer> {
	if (!Array.isArray(value) || value.length === 0) {
		return err(errors.invalidProposal('proposal requires at least one operation'));
	}

	if (value.length > maxOperations) {
		return err(
			errors.invalidProposal(`a proposal has at most ${maxOperations} operations; split it`),
		);
	}

	const parsed = value.map(operation => parseOperation(operation, {author: 'agent'}));
	const problems = parsed.flatMap((result, index) =>
		result.ok
			? []
			: result.error.map(problem => ({...problem, at: `operations[${index}].${problem.at}`})),
	);
	return problems.length > 0
		? err(refusal(problems))
		: ok(parsed.flatMap(result => (result.ok ? [printOperation(result.value)] : [])));
}

/** The first problem is the `detail` that upstream's clients know; all of them stand beside it. */
function refusal(problems: readonly Problem[]): Answer {
	const shown = problems.slice(0, maxProblems).map(({kind, at, message}) => ({
		kind,
		at: clean(at, 200),
		message: clean(message, 500),
	}));
	return errors.invalidProposal(shown[0]?.message ?? 'the operation is not valid', {
		problems: shown,
	});
}

function parseDenials(value: unknown, ring: DenialRing): Result<readonly Denial[], Answer> {
	const ids = parseReferences(value, 'denial_ids', parseDenialId);
	if (!ids.ok) {
		return ids;
	}

	const unknown = ids.value.filter(id => ring.find(id) === undefined);
	return unknown.length > 0
		? err(
				errors.invalidProposal(
					`denial_ids names what this sandbox was not denied lately: ${unknown.join(', ')}; take ids from ${policyLocalUrls.denials}`,
					{unknown_denial_ids: unknown},
				),
			)
		: ok(ids.value.flatMap(id => ring.find(id) ?? []));
}

const parseDenialId = (text: string) => parseId('denial', text);
const parseChunkId = (text: string) => parseId('chunk', text);

/** A list of ids of one kind, each once. */
function parseReferences<Id extends string>(
	value: unknown,
	key: string,
	parse: (text: string) => Result<Id, string>,
): Result<readonly Id[], Answer> {
	if (value === undefined) {
		return ok([]);
	}

	if (!Array.isArray(value) || value.length > maxReferences) {
		return err(errors.invalidProposal(`${key} must be a list of at most ${maxReferences} ids`));
	}

	const ids = new Set<Id>();
	for (const [index, item] of value.entries()) {
		const id = parse(typeof item === 'string' ? item : '');
		if (!id.ok) {
			return err(errors.invalidProposal(`${key}[${index}]: ${id.error}`));
		}

		ids.add(id.value);
	}

	return ok([...ids]);
}
