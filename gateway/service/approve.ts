import {ok, type Result} from '../../policies/model/result.ts';
import type {RulingAnswer} from '../client/wire.ts';
import type {Write} from '../store/handles.ts';
import type {SandboxRow} from '../store/rows.ts';
import {afterActivation, isActivating, startRevision} from './activation.ts';
import type {Candidate} from './candidate.ts';
import type {ServiceDeps} from './deps.ts';
import type {Failure} from './failure.ts';
import {currentBase, isStillBlocked, refreshBundle, refreshPending} from './pending.ts';
import {
	approvable,
	type Case,
	decide,
	failDecided,
	failWithChunk,
	type RulingRequest,
	readCase,
	rulingAnswer,
} from './ruling.ts';

type Answer = Result<RulingAnswer, Failure>;

/**
Approves a bundle, if what its reviewer saw is still what would happen. One transaction: still
undecided? token current? then the ruling, revision N+1 (pending) and the events, all or none.
*/
export const approve = (
	deps: ServiceDeps,
	sandbox: SandboxRow,
	request: RulingRequest,
	waitMs?: number,
): Promise<Answer> =>
	afterActivation(
		deps,
		async (write, mayWait) =>
			mayWait && (await isActivating(deps, write, sandbox.id))
				? 'wait'
				: approveNow(deps, write, sandbox, request),
		waitMs,
	);

const approveNow = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	request: RulingRequest,
): Promise<Answer> => {
	const found = await readCase(write, sandbox, request.chunk);
	if (!found.ok) {
		return found;
	}

	if (!approvable.includes(found.value.bundle.phase)) {
		return failDecided(write, found.value, request.chunk);
	}

	const fresh = await freshen(deps, write, found.value);
	const {candidate} = fresh.evaluation;
	if (request.review_token !== fresh.bundle.review_token) {
		return failWithChunk(
			write,
			found.value,
			request.chunk,
			'stale',
			'this is not the proposal as it is now; read it again and decide on what it says',
		);
	}

	return candidate === undefined
		? failWithChunk(
				write,
				found.value,
				request.chunk,
				'not_applicable',
				`proposal is not applicable: ${fresh.bundle.application_error}`,
			)
		: carryOut(deps, write, {...found.value, bundle: fresh.bundle}, request, candidate);
};

const freshen = async (deps: ServiceDeps, write: Write, {sandbox, bundle, chunks}: Case) => {
	const base = await currentBase(write, sandbox);
	return isStillBlocked(bundle, base)
		? {bundle, chunks, evaluation: {candidate: undefined}}
		: refreshBundle(deps, write, sandbox, bundle, base);
};

const carryOut = async (
	deps: ServiceDeps,
	write: Write,
	found: Case,
	request: RulingRequest,
	candidate: Candidate,
): Promise<Answer> => {
	const {sandbox, bundle} = found;
	const policy = {policy_yaml: candidate.yaml, hash: candidate.hash};
	const revision = await startRevision(deps, write, sandbox, policy, 'approve', bundle.id);
	const isOurs = await decide(deps, write, found, request, 'approve', approvable, {
		phase: 'activating',
		revision: revision.revision,
		rejection_reason: '',
		rejection_code: '',
		guidance_code: '',
	});
	if (!isOurs) {
		throw new Error('a bundle changed its phase inside the transaction that had read it');
	}

	await refreshPending(deps, write, sandbox);
	return ok(await rulingAnswer(write, sandbox, request.chunk, revision));
};
