import type {Knex} from 'knex';

declare const writing: unique symbol;

/** One consistent view of the database, for as long as the function that got it runs. */
export type Read = {readonly knex: Knex.Transaction};

/** A transaction that is being written: all of it is on disk before its caller goes on, or none. */
export type Write = Read & {readonly [writing]: true};

/**
The database could not do its work (full, broken, stuck, busy). Nothing of the unit was kept. The
message of the engine is only in `cause`: it quotes the values of the statement.
*/
export class StoreError extends Error {
	override readonly name = 'StoreError';

	constructor(cause: unknown) {
		super('the database of the gateway is unavailable', {cause});
	}
}
