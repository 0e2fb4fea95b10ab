import type {Knex} from 'knex';
import {firstSchema} from './schema.ts';

/** Each entry takes the schema one version further; entries are only ever appended. */
const migrations: ReadonlyArray<(database: Knex) => Promise<void>> = [firstSchema];

/** Brings the schema to the newest version, one transaction per step. */
export const migrate = async (
	database: Knex,
	deps: {random(count: number): Uint8Array},
): Promise<void> => {
	const version = await readVersion(database);
	if (version > migrations.length) {
		throw new Error(
			`the database has schema version ${version} and this gateway knows ${migrations.length}; use the newer openshell that made it`,
		);
	}

	for (const [index, step] of migrations.entries()) {
		if (index >= version) {
			await database.transaction(async transaction => {
				await step(transaction);
				await setMeta(transaction, 'schema_version', String(index + 1));
				if (index === 0) {
					await setMeta(transaction, 'epoch', Buffer.from(deps.random(16)).toString('hex'));
				}
			});
		}
	}
};

export const readEpoch = async (database: Knex): Promise<string> => {
	const row = await database('meta').where({key: 'epoch'}).first<{value: string} | undefined>();
	if (row === undefined) {
		throw new Error('the database has no epoch');
	}

	return row.value;
};

const readVersion = async (database: Knex): Promise<number> => {
	if (!(await database.schema.hasTable('meta'))) {
		return 0;
	}

	const row = await database('meta')
		.where({key: 'schema_version'})
		.first<{value: string} | undefined>();
	return row === undefined ? 0 : Number(row.value);
};

const setMeta = async (transaction: Knex, key: string, value: string): Promise<void> => {
	await transaction('meta').insert({key, value}).onConflict('key').merge();
};
