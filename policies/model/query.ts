import {maxQueryPairs} from './limits.ts';
import {err, ok, type Result} from './result.ts';

/**
The query of a request as matchers see it: decoded keys to decoded values, in order of arrival.
`+` is a space, a key without `=` has an empty value, empty pairs are skipped. What is not valid
percent-encoded UTF-8 is an error, because a server might read it another way.
*/
export const parseQuery = (raw: string | undefined): Result<Map<string, string[]>, string> => {
	const query = new Map<string, string[]>();
	const pairs = (raw ?? '').split('&').filter(pair => pair !== '');
	if (pairs.length > maxQueryPairs) {
		return err(`the query has more than ${maxQueryPairs} parameters`);
	}

	for (const pair of pairs) {
		const equals = pair.indexOf('=');
		const key = decode(equals === -1 ? pair : pair.slice(0, equals));
		const value = decode(equals === -1 ? '' : pair.slice(equals + 1));
		if (key === undefined || value === undefined) {
			return err('the query is not valid percent-encoded UTF-8');
		}

		const values = query.get(key) ?? [];
		values.push(value);
		query.set(key, values);
	}

	return ok(query);
};

const decode = (text: string): string | undefined => {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		return undefined;
	}
};
