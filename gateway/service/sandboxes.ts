import {ok, type Result} from '../../policies/model/result.ts';
import type {Certificate, SandboxConfig, SandboxSummary} from '../client/wire.ts';
import {countIn, undecided} from '../store/bundles.ts';
import {addEvent} from '../store/events.ts';
import {latestRevision} from '../store/revisions.ts';
import type {SandboxRow} from '../store/rows.ts';
import {findSandboxById, listSandboxes, removeSandbox, updateSandbox} from '../store/sandboxes.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, sandboxGone} from './failure.ts';
import {effectiveSettings} from './settings.ts';

type Answer<T> = Promise<Result<T, Failure>>;

/** Every sandbox, by name. */
export const summaries = ({store, presence}: ServiceDeps): Promise<readonly SandboxSummary[]> =>
	store.read(async read => {
		const result: SandboxSummary[] = [];
		for (const row of await listSandboxes(read)) {
			result.push({
				id: row.id,
				name: row.name,
				tier: row.tier,
				is_connected: presence.isConnected(row.id),
				revision: (await latestRevision(read, row.id)).revision,
				pending_chunks: await countIn(read, row.id, undecided),
				created_at: new Date(row.created_at_ms).toISOString(),
			});
		}

		return result;
	});

/** The policy and settings that the sandbox's proxy should have in force: the newest revision. */
export const configOf = ({store}: ServiceDeps, sandbox: SandboxRow): Promise<SandboxConfig> =>
	store.read(async read => {
		const {revision, hash, policy_yaml} = await latestRevision(read, sandbox.id);
		return {
			revision,
			hash,
			policy_yaml,
			leases: [],
			settings: await effectiveSettings(read, sandbox),
			credential_scopes: [],
		};
	});

/** Removes a sandbox: its certificate is refused at once and its stream ends. */
export const remove = async (
	{store, presence, now}: ServiceDeps,
	{id}: SandboxRow,
): Answer<Record<string, never>> => {
	const removed = await store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		if (sandbox === undefined) {
			return sandboxGone;
		}

		await removeSandbox(write, id, now());
		await addEvent(write, {at: now(), sandbox, kind: 'sandbox-gone', data: {removed: true}});
		return ok({});
	});
	presence.drop(id);
	return removed;
};

/** A fresh certificate. The one that asked stays valid until the next renewal, so none is ever locked out. */
export const renew = (
	{store, pki}: ServiceDeps,
	{id}: SandboxRow,
	serial: string,
): Answer<Certificate> =>
	store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		if (sandbox === undefined) {
			return sandboxGone;
		}

		const identity = await pki.issue(sandbox);
		await updateSandbox(write, id, {serial: identity.serial, previous_serial: serial});
		return ok({certificate: identity.certificate, key: identity.key, ca: pki.ca});
	});
