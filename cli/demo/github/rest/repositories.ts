import {
	type Account,
	findRepository,
	isRepositoryName,
	type RepositoryFacts,
	repositoryPath,
} from '../account.ts';
import {type ApiAnswer, nameExists, notFound, notSupplied} from '../errors.ts';
import {createBareRepository} from '../git.ts';

const createDocs = '/repos/repos#create-a-repository-for-the-authenticated-user';
const getDocs = '/repos/repos#get-a-repository';

/** `POST /user/repos`. */
export async function createRepository(
	account: Account,
	body: Readonly<Record<string, unknown>>,
): Promise<ApiAnswer> {
	const {name, description, private: isPrivate} = body;
	if (typeof name !== 'string' || name === '') {
		return notSupplied('name', createDocs);
	}

	// GitHub replaces what a name may not hold instead of refusing it.
	const usable = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 100);
	const directory = repositoryPath(account, account.login, usable);
	if (!isRepositoryName(usable) || directory === undefined) {
		return notSupplied('name', createDocs);
	}

	if (account.repositories.has(keyOf(account.login, usable))) {
		return nameExists(createDocs);
	}

	const facts: RepositoryFacts = {
		id: 1_000_000 + account.repositories.size,
		name: usable,
		description: typeof description === 'string' ? description : null,
		isPrivate: isPrivate === true,
		createdAt: new Date(account.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
	};
	account.repositories.set(keyOf(account.login, usable), facts);
	await createBareRepository(directory);
	const created = describe(account, facts);
	return {status: 201, body: created, headers: {Location: created.url}};
}

/** `GET /repos/{owner}/{repo}`; a private one exists only for its owner. */
export async function getRepository(
	account: Account,
	owner: string,
	name: string,
	isOwner: boolean,
): Promise<ApiAnswer> {
	const facts = account.repositories.get(keyOf(owner, name));
	const directory = await findRepository(account, owner, name);
	return facts === undefined || directory === undefined || (facts.isPrivate && !isOwner)
		? notFound(getDocs)
		: {status: 200, body: describe(account, facts)};
}

export const keyOf = (owner: string, name: string): string => `${owner}/${name}`.toLowerCase();

function describe(account: Account, facts: RepositoryFacts) {
	const fullName = `${account.login}/${facts.name}`;
	return {
		id: facts.id,
		name: facts.name,
		full_name: fullName,
		private: facts.isPrivate,
		owner: {login: account.login, id: 1, type: 'User'},
		html_url: `https://github.com/${fullName}`,
		description: facts.description,
		fork: false,
		url: `https://api.github.com/repos/${fullName}`,
		clone_url: `https://github.com/${fullName}.git`,
		default_branch: 'main',
		visibility: facts.isPrivate ? 'private' : 'public',
		created_at: facts.createdAt,
		permissions: {admin: true, push: true, pull: true},
	};
}
