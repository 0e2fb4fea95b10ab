import type {SandboxId, SandboxName} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';
import type {SandboxRow} from './rows.ts';

/** The living sandbox of that name. */
export const findSandbox = ({knex}: Read, name: SandboxName): Promise<SandboxRow | undefined> =>
	knex<SandboxRow>('sandboxes').where('live_name', name).first();

/** Undefined once it was removed: ask again inside each transaction that writes. */
export const findSandboxById = ({knex}: Read, id: SandboxId): Promise<SandboxRow | undefined> =>
	knex<SandboxRow>('sandboxes').where('id', id).whereNotNull('live_name').first();

export const listSandboxes = ({knex}: Read): Promise<SandboxRow[]> =>
	knex<SandboxRow>('sandboxes').whereNotNull('live_name').orderBy('live_name');

export const insertSandbox = async ({knex}: Write, row: SandboxRow): Promise<void> => {
	await knex('sandboxes').insert(row);
};

export const updateSandbox = async (
	{knex}: Write,
	id: SandboxId,
	change: Partial<SandboxRow>,
): Promise<void> => {
	await knex('sandboxes').where({id}).update(change);
};

/** The record of what was decided stays; the name, the certificate and the settings are gone. */
export const removeSandbox = async ({knex}: Write, id: SandboxId, now: number): Promise<void> => {
	await knex('sandboxes')
		.where({id})
		.update({live_name: null, serial: '', previous_serial: '', deleted_at_ms: now});
	await knex('settings').where({scope: id}).delete();
	await knex('denials').where({sandbox_id: id}).delete();
};
