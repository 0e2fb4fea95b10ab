import type {Operation, OperationJson} from '../../policies/model/operation.ts';
import {parseOperation} from '../../policies/model/operation-parse.ts';
import {printOperation} from '../../policies/model/operation-print.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import type {ChunkRow} from '../store/rows.ts';
import {oneLine} from './candidate.ts';
import {type Failure, fail} from './failure.ts';
import {maxOperations} from './limits.ts';

export type ReadOperations = {
	readonly operations: readonly Operation[];
	/** The same in canonical JSON. */
	readonly json: readonly OperationJson[];
};

/** Reads what an agent proposes; one bad operation refuses the whole request (contract §3.4). */
export const readOperations = (given: readonly unknown[]): Result<ReadOperations, Failure> => {
	if (given.length === 0) {
		return fail('invalid_proposal', 'proposal requires at least one operation');
	}

	if (given.length > maxOperations) {
		return fail(
			'invalid_proposal',
			`a proposal has at most ${maxOperations} operations; propose what this task needs first`,
		);
	}

	const operations: Operation[] = [];
	for (const [index, json] of given.entries()) {
		const parsed = parseOperation(json, {author: 'agent'});
		if (!parsed.ok) {
			return fail('invalid_proposal', `operations[${index}]: ${oneLine(parsed.error)}`);
		}

		operations.push(parsed.value);
	}

	return ok({operations, json: operations.map(operation => printOperation(operation))});
};

/** Reads what this gateway stored. */
export const storedOperations = (chunks: readonly ChunkRow[]): ReadOperations => {
	const json = chunks.map(chunk => JSON.parse(chunk.operation) as OperationJson);
	const operations = json.map(operation => {
		const parsed = parseOperation(operation, {author: 'operator'});
		if (!parsed.ok) {
			throw new Error('an operation in the database does not parse');
		}

		return parsed.value;
	});
	return {operations, json};
};
