import type {SandboxId} from '../../policies/model/names.ts';
import type {Read, Write} from './handles.ts';

/** Where a setting is set: for every sandbox, or for one. */
export type SettingScope = 'global' | SandboxId;

export const readSettings = async (
	{knex}: Read,
	scope: SettingScope,
): Promise<ReadonlyMap<string, string>> => {
	const rows = await knex<{scope: string; key: string; value: string}>('settings').where({
		scope,
	});
	return new Map(rows.map(row => [row.key, row.value]));
};

export const writeSetting = async (
	{knex}: Write,
	scope: SettingScope,
	key: string,
	value: string,
): Promise<void> => {
	await knex('settings').insert({scope, key, value}).onConflict(['scope', 'key']).merge();
};

/** False when it was not set. */
export const deleteSetting = async (
	{knex}: Write,
	scope: SettingScope,
	key: string,
): Promise<boolean> => (await knex('settings').where({scope, key}).delete()) > 0;
