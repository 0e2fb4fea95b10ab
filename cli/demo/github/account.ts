import {timingSafeEqual} from 'node:crypto';
import {stat} from 'node:fs/promises';
import path from 'node:path';

/** The one account the stand-in knows, its token, and where its repositories lie. */
export type Account = {
	readonly login: string;
	readonly token: string;
	/** Holds `<owner>/<name>.git`. */
	readonly root: string;
	/** What the API knows of a repository besides its git data, by lower-case `owner/name`. */
	readonly repositories: Map<string, RepositoryFacts>;
	readonly now: () => number;
};

export type RepositoryFacts = {
	readonly id: number;
	readonly name: string;
	readonly description: string | null;
	readonly isPrivate: boolean;
	readonly createdAt: string;
};

/** GitHub's rule for repository names; it also keeps a name from leaving its folder. */
export const isRepositoryName = (name: string): boolean =>
	/^[A-Za-z0-9._-]{1,100}$/.test(name) && name !== '.' && name !== '..' && !name.endsWith('.git');

/** Where a repository of the account lies, or undefined for a name that cannot be one. */
export function repositoryPath(account: Account, owner: string, name: string): string | undefined {
	return owner.toLowerCase() === account.login.toLowerCase() && isRepositoryName(name)
		? path.join(account.root, account.login, `${name.toLowerCase()}.git`)
		: undefined;
}

/** The repository's folder if it exists. */
export async function findRepository(
	account: Account,
	owner: string,
	name: string,
): Promise<string | undefined> {
	const directory = repositoryPath(account, owner, name);
	const exists =
		directory !== undefined && (await stat(directory).catch(() => undefined)) !== undefined;
	return exists ? directory : undefined;
}

export type Credentials = 'none' | 'bad' | 'good';

/** GitHub takes a token as `Bearer`, `token`, or as the password (or user) of Basic. */
export function credentialsOf(account: Account, header: string | undefined): Credentials {
	if (header === undefined) {
		return 'none';
	}

	const [scheme = '', value = ''] = header.trim().split(/\s+/, 2);
	const offered = scheme.toLowerCase() === 'basic' ? decodeBasic(value) : [value];
	return offered.some(token => isSame(token, account.token)) ? 'good' : 'bad';
}

function decodeBasic(value: string): readonly string[] {
	const text = Buffer.from(value, 'base64').toString('utf8');
	const colon = text.indexOf(':');
	return colon < 0 ? [text] : [text.slice(colon + 1), text.slice(0, colon)];
}

function isSame(one: string, other: string): boolean {
	const [left, right] = [Buffer.from(one), Buffer.from(other)];
	return left.length === right.length && timingSafeEqual(left, right);
}
