import {ok, type Result} from '../../policies/model/result.ts';
import {defaultSettings, type Settings, type Tier} from '../../policies/model/settings.ts';
import {addEvent} from '../store/events.ts';
import type {Read, Write} from '../store/handles.ts';
import type {SandboxRow} from '../store/rows.ts';
import {findSandboxById, listSandboxes} from '../store/sandboxes.ts';
import {deleteSetting, readSettings, writeSetting} from '../store/settings.ts';
import type {ServiceDeps} from './deps.ts';
import {type Failure, fail, sandboxGone} from './failure.ts';

type Deps = Pick<ServiceDeps, 'store' | 'now'>;

type Answer<T> = Promise<Result<T, Failure>>;

/** What holds for a sandbox: set for all, else set for it, else the default (contract §5.7). */
export const effectiveSettings = async (
	read: Read,
	{id, tier}: Pick<SandboxRow, 'id' | 'tier'>,
): Promise<Settings> => {
	const own = await readSettings(read, id);
	const global = await readSettings(read, 'global');
	const settings = {...defaultSettings, ...typed(own), ...typed(global)};
	// A shared uid proves nothing, so there nobody but a person may approve (X5).
	return tier === 'advisory' ? {...settings, proposal_approval_mode: 'manual'} : settings;
};

export const globalSettings = ({store}: Deps): Promise<Partial<Settings>> =>
	store.read(async read => typed(await readSettings(read, 'global')));

export const setGlobalSetting = (
	deps: Deps,
	key: string,
	value: unknown,
): Answer<Partial<Settings>> =>
	changeGlobal(deps, key, write => applySetting(write, 'global', key, value));

export const deleteGlobalSetting = (deps: Deps, key: string): Answer<Partial<Settings>> =>
	changeGlobal(deps, key, async write => {
		await deleteSetting(write, 'global', key);
		return ok(undefined);
	});

export const setSandboxSetting = (
	deps: Deps,
	sandbox: SandboxRow,
	key: string,
	value: unknown,
): Answer<Settings> =>
	changeSandbox(deps, sandbox, key, write => putSandboxSetting(write, sandbox, key, value));

export const deleteSandboxSetting = (
	deps: Deps,
	sandbox: SandboxRow,
	key: string,
): Answer<Settings> =>
	changeSandbox(deps, sandbox, key, async write => {
		const refused = await managed(write, key);
		if (!refused.ok) {
			return refused;
		}

		await deleteSetting(write, sandbox.id, key);
		return ok(undefined);
	});

/** Sets one setting of a sandbox inside a transaction of the caller's. */
export const putSandboxSetting = async (
	write: Write,
	{id, tier}: {readonly id: SandboxRow['id']; readonly tier: Tier},
	key: string,
	value: unknown,
): Answer<undefined> => {
	const refused = await managed(write, key);
	if (!refused.ok) {
		return refused;
	}

	if (key === 'proposal_approval_mode' && value === 'auto' && tier === 'advisory') {
		return fail(
			'invalid_setting',
			"proposal_approval_mode auto is refused in the advisory tier: there the agent has the reviewer's user id",
		);
	}

	return applySetting(write, id, key, value);
};

const applySetting = async (
	write: Write,
	scope: 'global' | SandboxRow['id'],
	key: string,
	value: unknown,
): Answer<undefined> => {
	const text = asText(key, value);
	if (!text.ok) {
		return text;
	}

	await writeSetting(write, scope, key, text.value);
	return ok(undefined);
};

const managed = async (read: Read, key: string): Answer<undefined> =>
	(await readSettings(read, 'global')).has(key)
		? fail(
				'managed_globally',
				`setting '${key}' is managed globally; delete the global setting to set it for one sandbox`,
			)
		: ok(undefined);

const changeGlobal = (
	{store, now}: Deps,
	key: string,
	change: (write: Write) => Answer<undefined>,
): Answer<Partial<Settings>> =>
	known(key) ??
	store.write(async write => {
		const changed = await change(write);
		if (!changed.ok) {
			return changed;
		}

		for (const sandbox of await listSandboxes(write)) {
			await addEvent(write, {at: now(), sandbox, kind: 'config-changed', data: {setting: key}});
		}

		return ok(typed(await readSettings(write, 'global')));
	});

const changeSandbox = (
	{store, now}: Deps,
	{id}: SandboxRow,
	key: string,
	change: (write: Write) => Answer<undefined>,
): Answer<Settings> =>
	known(key) ??
	store.write(async write => {
		const sandbox = await findSandboxById(write, id);
		if (sandbox === undefined) {
			return sandboxGone;
		}

		const changed = await change(write);
		if (!changed.ok) {
			return changed;
		}

		await addEvent(write, {at: now(), sandbox, kind: 'config-changed', data: {setting: key}});
		return ok(await effectiveSettings(write, sandbox));
	});

const keys = Object.keys(defaultSettings);

const known = (key: string): Answer<never> | undefined =>
	keys.includes(key)
		? undefined
		: Promise.resolve(
				fail('invalid_setting', `there is no such setting; known are ${keys.join(', ')}`),
			);

/** A setting as it is stored: `true`, `false`, `manual` or `auto`. */
const asText = (key: string, value: unknown): Result<string, Failure> => {
	if (key === 'proposal_approval_mode') {
		return value === 'manual' || value === 'auto'
			? ok(value)
			: fail('invalid_setting', 'proposal_approval_mode is manual or auto');
	}

	const word = String(value).toLowerCase();
	if (yes.includes(word)) {
		return ok('true');
	}

	return no.includes(word)
		? ok('false')
		: fail('invalid_setting', `${key} is true or false (or yes, no, on, off, 1, 0)`);
};

const yes = ['1', 'true', 'yes', 'on', 'y'];
const no = ['0', 'false', 'no', 'off', 'n'];

const typed = (rows: ReadonlyMap<string, string>): Partial<Settings> => {
	const enabled = rows.get('agent_policy_proposals_enabled');
	const mode = rows.get('proposal_approval_mode');
	return {
		...(enabled !== undefined && {agent_policy_proposals_enabled: enabled === 'true'}),
		...(mode !== undefined && {proposal_approval_mode: mode === 'auto' ? 'auto' : 'manual'}),
	};
};
