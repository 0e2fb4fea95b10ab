import {parseSandboxName} from '../policies/model/names.ts';
import {usage} from './failure.ts';
import type {Flags} from './flags.ts';

export type ChunkOperands = {readonly name: string | undefined; readonly id: string | undefined};

/**
`[name] [chk_…]`, in any order, or the contract's `[name] --chunk-id ID`. Ids and names cannot be taken
for each other: a name has no underscore.
*/
export function chunkOperands(input: readonly string[], flags: Flags): ChunkOperands {
	const ids = [...input.filter(isId), ...[flags.text('chunkId') ?? []].flat()];
	const names = input.filter(word => !isId(word));
	if (ids.length > 1 || names.length > 1) {
		throw usage('Name one sandbox and one proposal at most.');
	}

	return {name: sandboxName(names), id: ids[0]};
}

/** The one optional operand `[name]`. */
export function sandboxName(input: readonly string[]): string | undefined {
	const [name, ...more] = input;
	if (more.length > 0) {
		throw usage(`Only one sandbox can be named; '${more.join(' ')}' is too much.`);
	}

	if (name !== undefined) {
		const parsed = parseSandboxName(name);
		if (!parsed.ok) {
			throw usage(`'${name}' is not a sandbox: ${parsed.error}.`);
		}
	}

	return name;
}

/** The id as typed, whole or its start. @throws a usage failure that says where ids are listed. */
export function requiredId({id}: ChunkOperands, command: string): string {
	if (id === undefined) {
		throw usage(`Say which proposal: openshell ${command} chk_… (ids: openshell rule get)`);
	}

	return id;
}

const isId = (word: string): boolean => word.startsWith('chk_');
