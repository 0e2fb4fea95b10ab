import {ok, type Result} from '../../policies/model/result.ts';
import type {AttachSandbox} from '../client/wire.ts';
import {bundlesIn, chunksOf, moveBundle} from '../store/bundles.ts';
import type {Write} from '../store/handles.ts';
import type {SandboxRow} from '../store/rows.ts';
import {updateSandbox} from '../store/sandboxes.ts';
import {readSettings} from '../store/settings.ts';
import {startRevision} from './activation.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail} from './failure.ts';
import {refreshPending} from './pending.ts';
import type {PolicyText} from './policy-text.ts';
import {recordChunks} from './record.ts';

/** Takes up a sandbox that exists, with the authority it was given; says no to every surprise (X25). */
export const resume = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	request: AttachSandbox,
	policy: PolicyText | undefined,
): Promise<Result<SandboxRow, Failure>> => {
	const isOtherPolicy = policy !== undefined && policy.hash !== sandbox.base_hash;
	const surprise = surpriseIn(deps, sandbox, request, isOtherPolicy);
	if (surprise !== undefined) {
		return fail(surprise.code, surprise.detail);
	}

	const resumed = {...sandbox, tier: request.tier};
	await updateSandbox(write, sandbox.id, {tier: request.tier});
	if (request.tier === 'advisory' && (await isAuto(write, sandbox))) {
		return fail(
			'sandbox_tier',
			'this sandbox has proposal_approval_mode auto, which the advisory tier refuses; set it to manual first',
		);
	}

	if (isOtherPolicy) {
		return ok(await replacePolicy(deps, write, resumed, policy));
	}

	if (request.tier !== sandbox.tier) {
		await refreshPending(deps, write, resumed);
	}

	return ok(resumed);
};

const surpriseIn = (
	{presence}: ServiceDeps,
	sandbox: SandboxRow,
	request: AttachSandbox,
	isOtherPolicy: boolean,
): Failure | undefined => {
	if (presence.isConnected(sandbox.id)) {
		return {
			code: 'sandbox_live',
			detail: `sandbox '${sandbox.name}' is running; end it, or choose another --name`,
		};
	}

	if (request.workdir !== sandbox.workdir && !request.resume) {
		return {
			code: 'workdir_mismatch',
			detail: `sandbox '${sandbox.name}' belongs to another directory; its rules are inherited only with --resume, or choose another --name`,
		};
	}

	return isOtherPolicy && !request.replace_policy
		? {
				code: 'policy_differs',
				detail: `sandbox '${sandbox.name}' was made with another policy; use --replace-policy to start over with this one, or choose another --name`,
			}
		: undefined;
};

const isAuto = async (write: Write, {id}: SandboxRow): Promise<boolean> =>
	(await readSettings(write, id)).get('proposal_approval_mode') === 'auto';

/** The new policy is all there is: what was approved on top of the old one goes with it. */
const replacePolicy = async (
	deps: ServiceDeps,
	write: Write,
	sandbox: SandboxRow,
	policy: PolicyText,
): Promise<SandboxRow> => {
	const base = {base_yaml: policy.yaml, base_hash: policy.hash};
	const replaced = {...sandbox, ...base};
	await updateSandbox(write, sandbox.id, base);
	const gone = {
		phase: 'undone' as const,
		rejection_code: 'undone',
		rejection_reason: 'the policy of the sandbox was replaced',
	};
	for (const bundle of await bundlesIn(write, sandbox.id, ['active', 'activating'])) {
		await moveBundle(write, bundle.id, ['active', 'activating'], gone);
		const chunks = await chunksOf(write, [bundle.id]);
		await recordChunks(write, deps.now(), replaced, {...bundle, ...gone}, chunks);
	}

	const text = {policy_yaml: policy.yaml, hash: policy.hash};
	await startRevision(deps, write, replaced, text, 'attach');
	await refreshPending(deps, write, replaced);
	return replaced;
};
