import {readFile, realpath} from 'node:fs/promises';
import type {GatewayClient} from '../../gateway/client/client.ts';
import type {AttachedSandbox} from '../../gateway/client/wire.ts';
import {parseSandboxName} from '../../policies/model/names.ts';
import type {Call} from '../command.ts';
import {Failure, usage} from '../failure.ts';
import type {Flags} from '../flags.ts';
import {defaultSandboxName, workdirIdentity} from '../places.ts';
import {answered} from '../reviewer.ts';
import {readTrustedFile} from '../trusted-file.ts';
import {packageRoot} from '../version.ts';

/** Refuses a name or a mode that makes no sense, before anything is started. */
export function checkSandboxFlags(flags: Flags): void {
	const name = flags.text('name');
	if (name !== undefined) {
		checkName(name);
	}

	approvalMode(flags.text('approvalMode'));
}

function checkName(name: string): void {
	const parsed = parseSandboxName(name);
	if (!parsed.ok) {
		throw usage(`--name ${name}: ${parsed.error}.`);
	}
}

/**
Creates the sandbox or attaches to the one of this name: the same name from the same directory goes on
with what it had (X25).
*/
export async function attachSandbox(call: Call, client: GatewayClient): Promise<AttachedSandbox> {
	const {config, flags} = call;
	const workdir = await realpath(config.workdir);
	const name = flags.text('name') ?? defaultSandboxName(workdir);
	return answered(
		await client.attach(name, {
			policy_yaml: await policyText(call),
			settings: {proposal_approval_mode: approvalMode(flags.text('approvalMode'))},
			tier: 'advisory',
			workdir: workdirIdentity(workdir),
			resume: flags.is('resume'),
			replace_policy: flags.is('replacePolicy'),
		}),
		config,
	);
}

async function policyText({config, flags}: Call): Promise<string> {
	const file = flags.text('policy');
	return file === undefined
		? readFile(new URL('policies/default.yaml', packageRoot), 'utf8')
		: readTrustedFile(file, config.person);
}

/** In the advisory tier a shared user proves nothing, so nothing is approved without a person (X5). */
function approvalMode(mode: string | undefined): 'manual' {
	if (mode === 'auto') {
		throw new Failure(
			'--approval-mode auto is refused here: in the advisory tier the program runs as you and could ' +
				'approve for itself. Use manual.',
		);
	}

	if (mode !== undefined && mode !== 'manual') {
		throw usage(`--approval-mode takes manual or auto, not '${mode}'.`);
	}

	return 'manual';
}
