import {createHash, timingSafeEqual} from 'node:crypto';
import type {RequestHead} from '../policies/model/plugin.ts';

/**
Tells whether a head carries this sandbox's own proxy token: exactly one
`Proxy-Authorization: Basic base64("openshell:" token)` (wire.md §5). Digests are compared, in
constant time, so that neither the length nor a prefix of the token leaks. An empty token is a
broken promise of the caller: it would open the port to every web page of the user (X7).
*/
export const makeTokenCheck = (token: string): ((head: RequestHead) => boolean) => {
	if (token.length === 0) {
		throw new TypeError('the proxy token is empty; make one of at least 128 random bits');
	}

	const expected = digest(`${user}:${token}`);
	return head => {
		const values = head.headers.filter(([name]) => name.toLowerCase() === 'proxy-authorization');
		const given = credentials(values.length === 1 ? (values[0]?.[1] ?? '') : '');
		return timingSafeEqual(digest(given), expected);
	};
};

const user = 'openshell';

const credentials = (value: string): string => {
	const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(value.trim())?.[1] ?? '';
	return Buffer.from(encoded, 'base64').toString('utf8');
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
