import type {Operation} from '../../policies/model/operation.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import type {RulingAnswer} from '../client/wire.ts';
import {bundlesIn, chunksOf} from '../store/bundles.ts';
import type {Read, Write} from '../store/handles.ts';
import type {BundleRow, SandboxRow} from '../store/rows.ts';
import {startRevision} from './activation.ts';
import {type Candidate, makeCandidate} from './candidate.ts';
import type {ServiceDeps} from './deps.ts';
import type {Failure} from './failure.ts';
import {storedOperations} from './operations.ts';
import {currentBase, refreshPending} from './pending.ts';
import {rereadPolicy} from './policy-text.ts';
import {
	type Case,
	decide,
	failDecided,
	failWithChunk,
	type RulingRequest,
	rulingAnswer,
} from './ruling.ts';

/**
Takes an active bundle back: the policy becomes what the base and all other approved bundles make,
in their order, so exactly what this one added goes, and nothing of a person's own. It happens at
once, waits for no activation, and no roll-back brings it back (X21). Where that is not exact, or
where the bundle carried a deny rule whose removal would widen (X28), it is refused.
*/
export const revoke = async (
	deps: ServiceDeps,
	write: Write,
	found: Case,
	request: RulingRequest,
): Promise<Result<RulingAnswer, Failure>> => {
	const {sandbox, bundle, chunks} = found;
	if (storedOperations(chunks).operations.some(narrows)) {
		const why = 'it carries a deny rule, and taking that away would open what it closed';
		return failWithChunk(write, found, request.chunk, 'not_applicable', inexact(why));
	}

	const without = await rebuildWithout(deps, write, sandbox, bundle);
	if (without === undefined) {
		const why = 'base and approvals do not add up to the policy as it is';
		return failWithChunk(write, found, request.chunk, 'not_applicable', inexact(why));
	}

	const policy = {policy_yaml: without.yaml, hash: without.hash};
	const revision = await startRevision(deps, write, sandbox, policy, 'revoke', bundle.id);
	const isOurs = await decide(deps, write, found, request, 'revoke', ['active'], {
		phase: 'undone',
		rejection_code: 'undone',
		rejection_reason: request.reason === '' ? `taken back by ${request.by.name}` : request.reason,
		guidance_code: request.guidance_code,
	});
	if (!isOurs) {
		return failDecided(write, found, request.chunk);
	}

	await refreshPending(deps, write, sandbox);
	return ok(await rulingAnswer(write, sandbox, request.chunk, revision));
};

const inexact = (why: string): string =>
	`this approval cannot be taken back exactly: ${why}; start over with \`openshell run --policy FILE --replace-policy\``;

/** The base with these bundles, in the order of their approval. */
export const rebuild = async (
	deps: ServiceDeps,
	read: Read,
	sandbox: SandboxRow,
	bundles: readonly BundleRow[],
): Promise<Result<Candidate, string>> => {
	const inOrder = [...bundles].sort((left, right) => left.revision - right.revision);
	const base = rereadPolicy(sandbox.base_yaml, sandbox.base_hash).policy;
	return makeCandidate(deps, base, await operationsOf(read, inOrder));
};

/** Undefined where base and approvals do not make the policy as it is: then nothing is known to be exact. */
const rebuildWithout = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	bundle: BundleRow,
): Promise<Candidate | undefined> => {
	const approved = await bundlesIn(write, sandbox.id, ['active', 'activating']);
	const others = approved.filter(other => other.id !== bundle.id);
	const all = await rebuild(deps, write, sandbox, approved);
	const rest = await rebuild(deps, write, sandbox, others);
	const {hash} = await currentBase(write, sandbox);
	return all.ok && all.value.hash === hash && rest.ok ? rest.value : undefined;
};

const operationsOf = async (
	read: Read,
	bundles: readonly BundleRow[],
): Promise<readonly Operation[]> => {
	const operations: Operation[] = [];
	for (const bundle of bundles) {
		operations.push(...storedOperations(await chunksOf(read, [bundle.id])).operations);
	}

	return operations;
};

const narrows = ({addRule}: Operation): boolean =>
	addRule.rule.endpoints.some(({deny_rules}) => deny_rules.length > 0);
