import type {Answer, RequestHead} from '../../policies/model/plugin.ts';
import {errorAnswer} from './errors.ts';
import {policyLocalHost} from './urls.ts';

/**
A page in somebody's browser must not be able to use policy.local (X7): whatever a browser adds
to a request is refused, a body must say it is JSON (which a page cannot say without asking
first), and the host must be exactly ours, so that a rebound name is not.
@returns the refusal, or undefined for an ordinary client.
*/
export const refuseBrowser = ({method, target, headers}: RequestHead): Answer | undefined => {
	const names = headers.map(([name]) => name.toLowerCase());
	const traces = names.filter(isBrowserHeader);
	if (traces.length > 0) {
		return errorAnswer(
			403,
			'browser_request_refused',
			'policy.local does not serve browsers; send the request without Origin, Referer and Sec-Fetch headers',
		);
	}

	if (!isOurHost(headers) || !isOurTarget(target)) {
		return errorAnswer(
			421,
			'invalid_host',
			`send exactly one Host header, with the value ${policyLocalHost}`,
		);
	}

	return method === 'POST' && !isJson(headers)
		? errorAnswer(
				415,
				'unsupported_media_type',
				'send the body as content-type: application/json, without content-encoding',
			)
		: undefined;
};

const isBrowserHeader = (name: string): boolean =>
	name === 'origin' || name === 'referer' || name.startsWith('sec-fetch-');

const valuesOf = (headers: RequestHead['headers'], wanted: string): readonly string[] =>
	headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value.trim());

const isOurHost = (headers: RequestHead['headers']): boolean => {
	const hosts = valuesOf(headers, 'host');
	return hosts.length === 1 && ourNames.has(hosts[0]?.toLowerCase() ?? '');
};

const ourNames: ReadonlySet<string> = new Set([policyLocalHost, `${policyLocalHost}:80`]);

/** Origin form, or the absolute form that a proxy is sent. */
const isOurTarget = (target: string): boolean => {
	const authority = /^http:\/\/([^/?#]*)/i.exec(target)?.[1];
	return (
		target.startsWith('/') || (authority !== undefined && ourNames.has(authority.toLowerCase()))
	);
};

const isJson = (headers: RequestHead['headers']): boolean => {
	const types = valuesOf(headers, 'content-type');
	const encodings = valuesOf(headers, 'content-encoding');
	return (
		types.length === 1 &&
		/^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(types[0] ?? '') &&
		encodings.every(encoding => encoding.toLowerCase() === 'identity')
	);
};
