import type {DenialCode} from '../../policies/model/codes.ts';

/**
Why a place could not be reached or did not answer, as the client and the record are told.
The text is ours or a code of the platform: nothing the other side sent.
*/
export class UpstreamError extends Error {
	readonly reason: DenialCode;

	constructor(reason: DenialCode, text: string) {
		super(text);
		this.reason = reason;
	}
}

/** What any error on the way to the upstream means. */
export const upstreamError = (error: unknown): UpstreamError => {
	if (error instanceof UpstreamError) {
		return error;
	}

	const code = codeOf(error);
	return code.startsWith('HPE_')
		? new UpstreamError('upstream_broken', `the answer is not HTTP (${code})`)
		: new UpstreamError('upstream_unreachable', `the connection failed (${code})`);
};

/** The platform's name of an error, for example `ECONNREFUSED`. */
export const codeOf = (error: unknown): string => {
	const code = error instanceof Error && 'code' in error ? error.code : undefined;
	return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'ERROR';
};
