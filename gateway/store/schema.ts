import type {Knex} from 'knex';

/** The tables, in the words of both SQLite and PostgreSQL: text ids, milliseconds as integers. */
export const firstSchema = async (database: Knex): Promise<void> => {
	await bookkeeping(database);
	await sandboxes(database);
	await proposals(database);
	await rulings(database);
	await observations(database);
};

const bookkeeping = async (database: Knex): Promise<void> => {
	await database.schema.createTable('meta', table => {
		table.text('key').primary();
		table.text('value').notNullable();
	});
	await database.schema.createTable('counters', table => {
		table.text('name').primary();
		table.bigInteger('value').notNullable();
	});
	await database.schema.createTable('answers', table => {
		table.text('caller').notNullable();
		table.text('key').notNullable();
		table.text('request_hash').notNullable();
		table.integer('status').notNullable();
		table.text('body').notNullable();
		table.bigInteger('at_ms').notNullable();
		table.primary(['caller', 'key']);
	});
};

const sandboxes = async (database: Knex): Promise<void> => {
	await database.schema.createTable('sandboxes', table => {
		table.text('id').primary();
		table.text('name').notNullable();
		// The name while the sandbox exists, null after: a name can be used again, its authority cannot.
		table.text('live_name').unique();
		table.text('tier').notNullable();
		table.text('workdir').notNullable();
		table.text('base_yaml').notNullable();
		table.text('base_hash').notNullable();
		table.text('serial').notNullable();
		table.text('previous_serial').notNullable();
		table.bigInteger('dropped_denials').notNullable();
		table.bigInteger('created_at_ms').notNullable();
		table.bigInteger('deleted_at_ms');
	});
	await database.schema.createTable('revisions', table => {
		table.text('sandbox_id').notNullable().references('sandboxes.id');
		table.integer('revision').notNullable();
		table.text('cause').notNullable();
		table.text('hash').notNullable();
		table.text('policy_yaml').notNullable();
		table.text('state').notNullable();
		table.text('error').notNullable();
		table.bigInteger('created_at_ms').notNullable();
		table.bigInteger('loaded_at_ms').notNullable();
		table.bigInteger('settled_at_ms').notNullable();
		table.text('bundle_id').notNullable();
		table.primary(['sandbox_id', 'revision']);
	});
	await database.schema.createTable('settings', table => {
		table.text('scope').notNullable();
		table.text('key').notNullable();
		table.text('value').notNullable();
		table.primary(['scope', 'key']);
	});
};

const proposals = async (database: Knex): Promise<void> => {
	await database.schema.createTable('bundles', table => {
		table.text('id').primary();
		table.text('sandbox_id').notNullable().references('sandboxes.id');
		table.text('origin').notNullable();
		table.text('phase').notNullable();
		table.text('intent').notNullable();
		table.text('denials').notNullable();
		table.text('supersedes').notNullable();
		table.text('verdict').notNullable();
		table.text('application_error').notNullable();
		table.text('review_token').notNullable();
		table.text('base_hash').notNullable();
		table.text('candidate_hash').notNullable();
		table.text('rejection_reason').notNullable();
		table.text('rejection_code').notNullable();
		table.text('guidance_code').notNullable();
		// The revision that carries it; 0 until it is approved.
		table.integer('revision').notNullable();
		table.bigInteger('created_at_ms').notNullable();
		table.bigInteger('decided_at_ms').notNullable();
		table.bigInteger('last_seen_ms').notNullable();
		table.integer('hit_count').notNullable();
		table.index(['sandbox_id', 'phase']);
	});
	await database.schema.createTable('chunks', table => {
		table.text('id').primary();
		table.text('bundle_id').notNullable().references('bundles.id').onDelete('CASCADE');
		table.text('sandbox_id').notNullable().references('sandboxes.id');
		table.integer('position').notNullable();
		table.text('rule_name').notNullable();
		table.text('operation').notNullable();
		table.text('operation_hash').notNullable();
		table.text('binary').notNullable();
		table.text('landing_rule').notNullable();
		table.text('resulting_rule').notNullable();
		table.text('warnings').notNullable();
		table.text('security_notes').notNullable();
		table.index(['bundle_id', 'position']);
		table.index(['sandbox_id']);
	});
};

const rulings = async (database: Knex): Promise<void> => {
	await database.schema.createTable('rulings', table => {
		table.text('id').primary();
		table.text('sandbox_id').notNullable().references('sandboxes.id');
		table.text('bundle_id').notNullable().references('bundles.id');
		table.text('chunk_id').notNullable();
		table.text('action').notNullable();
		table.text('by_kind').notNullable();
		table.text('by_name').notNullable();
		table.text('via').notNullable();
		table.text('tier').notNullable();
		table.text('review_token').notNullable();
		table.text('candidate_hash').notNullable();
		table.text('reason').notNullable();
		table.text('guidance_code').notNullable();
		table.bigInteger('at_ms').notNullable();
		table.index(['bundle_id', 'at_ms']);
	});
};

const observations = async (database: Knex): Promise<void> => {
	await database.schema.createTable('denials', table => {
		table.text('sandbox_id').notNullable().references('sandboxes.id');
		// Hash of what the rows are gathered by: host, port, binary, method, path, code.
		table.text('place').notNullable();
		table.text('denial_id').notNullable();
		table.text('record').notNullable();
		table.bigInteger('count').notNullable();
		table.bigInteger('first_seen_ms').notNullable();
		table.bigInteger('last_seen_ms').notNullable();
		table.primary(['sandbox_id', 'place']);
		table.index(['sandbox_id', 'last_seen_ms']);
	});
	await database.schema.createTable('events', table => {
		table.bigInteger('seq').primary();
		table.bigInteger('at_ms').notNullable();
		table.text('sandbox_id').notNullable();
		table.text('sandbox_name').notNullable();
		table.text('kind').notNullable();
		table.text('data').notNullable();
		// What the exporter writes to the record; empty for events that only wake readers.
		table.text('record').notNullable();
		table.index(['sandbox_id', 'seq']);
	});
};
