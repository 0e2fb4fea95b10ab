import type {GlobError} from './ast.ts';

/** Carries a fault out of the recursive parser; `parseGlob` turns it into a result. */
export class GlobFault extends Error {
	readonly fault: GlobError;

	constructor(kind: GlobError['kind'], message: string, at: number) {
		super(message);
		this.fault = {kind, message, at};
	}
}

/** The code points of a pattern and how many of them have been read. */
export type Scanner = {readonly chars: readonly string[]; at: number};

export const scan = (text: string): Scanner => ({chars: [...text], at: 0});

export const peek = (scanner: Scanner, ahead = 0): string | undefined =>
	scanner.chars[scanner.at + ahead];

/** Reads one character if it is the wanted one. */
export const take = (scanner: Scanner, wanted: string): boolean => {
	if (peek(scanner) !== wanted) {
		return false;
	}

	scanner.at++;
	return true;
};
