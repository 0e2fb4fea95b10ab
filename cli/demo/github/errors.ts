/** An answer of the API: status, JSON body, and headers beyond the usual ones. */
export type ApiAnswer = {
	readonly status: number;
	readonly body: object;
	readonly headers?: Readonly<Record<string, string>>;
};

const docs = 'https://docs.github.com/rest';

/** Errors in the words and shape of GitHub's REST API: `message`, `documentation_url`, `status`. */
export const apiError = (
	status: number,
	message: string,
	documentation = '',
	errors?: ReadonlyArray<Readonly<Record<string, string>>>,
): ApiAnswer => ({
	status,
	body: {
		message,
		...(errors !== undefined && {errors}),
		documentation_url: `${docs}${documentation}`,
		status: String(status),
	},
});

export const badCredentials = apiError(401, 'Bad credentials');
export const requiresAuthentication = (documentation: string): ApiAnswer =>
	apiError(401, 'Requires authentication', documentation);
export const notFound = (documentation = ''): ApiAnswer =>
	apiError(404, 'Not Found', documentation);
export const malformedJson = (documentation: string): ApiAnswer =>
	apiError(400, 'Problems parsing JSON', documentation);
export const bodyNotObject = (documentation: string): ApiAnswer =>
	apiError(400, 'Body should be a JSON object', documentation);
export const notSupplied = (field: string, documentation: string): ApiAnswer =>
	apiError(422, `Invalid request.\n\n"${field}" wasn't supplied.`, documentation);
export const nameExists = (documentation: string): ApiAnswer =>
	apiError(422, 'Repository creation failed.', documentation, [
		{
			resource: 'Repository',
			code: 'custom',
			field: 'name',
			message: 'name already exists on this account',
		},
	]);
