import fc from 'fast-check';
import type {RequestIntent} from '../../policies/model/intent.ts';
import type {CanonicalPath, Host} from '../../policies/model/names.ts';
import {hostileText} from '../helpers/events.ts';

/** Requests whose fields are in normal form, with text an attacker may choose wherever one can. */
export const anyRequest: fc.Arbitrary<RequestIntent> = fc.record({
	kind: fc.constant('request' as const),
	host: fc.domain().map(host => host.toLowerCase() as Host),
	port: fc.integer({min: 1, max: 65_535}),
	caller: fc.record({
		binary: hostileText.map(name => `/${name}`),
		ancestors: fc.array(hostileText, {maxLength: 3}),
	}),
	scheme: fc.constantFrom('http' as const, 'https' as const),
	method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'),
	path: fc.webPath().map(path => (path === '' ? '/' : path) as CanonicalPath),
	encodedSlash: fc.boolean(),
	query: fc
		.dictionary(hostileText, fc.array(hostileText, {minLength: 1, maxLength: 2}), {maxKeys: 3})
		.map(query => new Map(Object.entries(query))),
});
