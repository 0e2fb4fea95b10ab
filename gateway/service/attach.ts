import {makeId, type SandboxName} from '../../policies/model/names.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import type {AttachedSandbox, AttachSandbox} from '../client/wire.ts';
import type {Write} from '../store/handles.ts';
import {latestRevision} from '../store/revisions.ts';
import type {SandboxRow} from '../store/rows.ts';
import {findSandbox, insertSandbox, updateSandbox} from '../store/sandboxes.ts';
import {startRevision} from './activation.ts';
import {allOrNothing} from './all-or-nothing.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail} from './failure.ts';
import {inheritedBy} from './inherited.ts';
import {type PolicyText, readPolicy} from './policy-text.ts';
import {resume} from './resume.ts';
import {putSandboxSetting} from './settings.ts';

/**
Makes a sandbox, or takes up an earlier one of that name (wire.md §2), and answers a certificate of
its own; the one before is refused from then on. An empty policy text keeps the sandbox's own.
*/
export const attach = async (
	deps: ServiceDeps,
	name: SandboxName,
	request: AttachSandbox,
): Promise<Result<AttachedSandbox, Failure>> => {
	const policy = request.policy_yaml === '' ? ok(undefined) : readPolicy(deps, request.policy_yaml);
	if (!policy.ok) {
		return policy;
	}

	return allOrNothing(deps.store, async write => {
		const existing = await findSandbox(write, name);
		const attached =
			existing === undefined
				? await create(deps, write, name, request, policy.value)
				: await resume(deps, write, existing, request, policy.value);
		if (!attached.ok) {
			return attached;
		}

		const refused = await applySettings(write, attached.value, request);
		return refused ?? ok(await admit(deps, write, attached.value));
	});
};

const create = async (
	deps: ServiceDeps,
	write: Write,
	name: SandboxName,
	request: AttachSandbox,
	policy: PolicyText | undefined,
): Promise<Result<SandboxRow, Failure>> => {
	if (policy === undefined) {
		return fail('invalid_policy', 'there is no sandbox of that name yet, so it needs a policy');
	}

	const row: SandboxRow = {
		id: makeId('sandbox', deps.ulid()),
		name,
		live_name: name,
		tier: request.tier,
		workdir: request.workdir,
		base_yaml: policy.yaml,
		base_hash: policy.hash,
		serial: '',
		previous_serial: '',
		dropped_denials: 0,
		created_at_ms: deps.now(),
		deleted_at_ms: null,
	};
	await insertSandbox(write, row);
	await startRevision(deps, write, row, {policy_yaml: policy.yaml, hash: policy.hash}, 'attach');
	return ok(row);
};

const applySettings = async (
	write: Write,
	sandbox: SandboxRow,
	{settings}: AttachSandbox,
): Promise<Result<never, Failure> | undefined> => {
	for (const [key, value] of Object.entries(settings)) {
		const set = await putSandboxSetting(write, sandbox, key, value);
		if (!set.ok) {
			return set;
		}
	}

	return undefined;
};

const admit = async (
	{pki}: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
): Promise<AttachedSandbox> => {
	const identity = await pki.issue(sandbox);
	await updateSandbox(write, sandbox.id, {serial: identity.serial, previous_serial: ''});
	const {revision} = await latestRevision(write, sandbox.id);
	return {
		id: sandbox.id,
		name: sandbox.name,
		revision,
		inherited: await inheritedBy(write, sandbox),
		certificate: identity.certificate,
		key: identity.key,
		ca: pki.ca,
	};
};
