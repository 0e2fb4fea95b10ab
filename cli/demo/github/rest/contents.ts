import {type Account, findRepository} from '../account.ts';
import {type ApiAnswer, apiError, notFound, notSupplied} from '../errors.ts';
import {blobAt, commitFile} from '../git.ts';

const docs = '/repos/contents#create-or-update-file-contents';

export type PutContents = {
	readonly owner: string;
	readonly name: string;
	/** Decoded, without a leading slash. */
	readonly file: string;
	readonly body: Readonly<Record<string, unknown>>;
};

/** `PUT /repos/{owner}/{repo}/contents/{path}`: one real commit in the bare repository. */
export async function putContents(account: Account, asked: PutContents): Promise<ApiAnswer> {
	const {owner, name, file, body} = asked;
	const directory = await findRepository(account, owner, name);
	if (directory === undefined) {
		return notFound(docs);
	}

	const {message, content, sha, branch = 'main'} = body;
	if (typeof message !== 'string' || message === '') {
		return notSupplied('message', docs);
	}

	if (typeof content !== 'string') {
		return notSupplied('content', docs);
	}

	if (!isBase64(content)) {
		return apiError(422, 'content is not valid Base64', docs);
	}

	if (!isFilePath(file)) {
		return apiError(422, 'path contains a malformed path component', docs);
	}

	if (branch !== 'main') {
		return apiError(404, `Branch ${String(branch)} not found`, docs);
	}

	const before = await blobAt(directory, branch, file);
	const refusal = compare(file, before, sha);
	if (refusal !== undefined) {
		return refusal;
	}

	const bytes = Buffer.from(content, 'base64');
	const made = await commitFile(directory, {branch, file, content: bytes, message});
	return {
		status: before === undefined ? 201 : 200,
		body: describe({owner, name, file, message, size: bytes.length}, made),
	};
}

function compare(file: string, before: string | undefined, sha: unknown): ApiAnswer | undefined {
	if (before === undefined) {
		return undefined;
	}

	if (typeof sha !== 'string') {
		return notSupplied('sha', docs);
	}

	return sha === before ? undefined : apiError(409, `${file} does not match ${sha}`, docs);
}

const isBase64 = (text: string): boolean =>
	/^[A-Za-z0-9+/]*={0,2}$/.test(text.replaceAll(/\s/g, ''));

/** What git itself takes as a path of a tree entry. */
const isFilePath = (file: string): boolean =>
	!file.includes('\0') &&
	file.split('/').every(part => part !== '' && part !== '.' && part !== '..' && part !== '.git');

function describe(
	file: {owner: string; name: string; file: string; message: string; size: number},
	made: {commit: string; blob: string; parent: string | undefined},
) {
	const api = `https://api.github.com/repos/${file.owner}/${file.name}`;
	const html = `https://github.com/${file.owner}/${file.name}`;
	return {
		content: {
			name: file.file.split('/').at(-1),
			path: file.file,
			sha: made.blob,
			size: file.size,
			url: `${api}/contents/${file.file}?ref=main`,
			html_url: `${html}/blob/main/${file.file}`,
			git_url: `${api}/git/blobs/${made.blob}`,
			type: 'file',
		},
		commit: {
			sha: made.commit,
			url: `${api}/git/commits/${made.commit}`,
			html_url: `${html}/commit/${made.commit}`,
			message: file.message,
			parents: made.parent === undefined ? [] : [{sha: made.parent}],
		},
	};
}
