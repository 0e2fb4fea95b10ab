import {exitCodes} from './exit-codes.ts';

/**
An expected failure of a command: the one thing a command throws. `main` prints its message on
stderr and ends with its code. The message says what happened, why, and what to do now.
*/
export class Failure extends Error {
	override readonly name = 'Failure';
	readonly code: number;

	/** What the message announces, a line each. */
	readonly list: readonly string[];

	constructor(message: string, code: number = exitCodes.failed, list: readonly string[] = []) {
		super(message);
		this.code = code;
		this.list = list;
	}
}

export const usage = (message: string): Failure => new Failure(message, exitCodes.usage);

/** The text of anything thrown. */
export const messageOf = (thrown: unknown): string =>
	thrown instanceof Error ? thrown.message : String(thrown);
