import type {AllowRule, Matcher, McpParams} from '../policy.ts';
import {alternativesByName, globText} from './glob-text.ts';
import {flag, list, optional, type Reader, record, required, text} from './readers.ts';

const params = record<McpParams>({
	name: optional(globText('value')),
	arguments: optional(alternativesByName),
});

/** What an allow or deny rule asks of a request; which of it a protocol knows is checked with the endpoint. */
export const matcher: Reader<Matcher> = record<Matcher>({
	method: optional(text),
	path: optional(globText('path')),
	command: optional(text),
	query: optional(alternativesByName),
	operation_type: optional(text),
	operation_name: optional(globText('value')),
	fields: optional(list(globText('value'), 'fields list cannot be empty')),
	tool: optional(globText('value')),
	params: optional(params),
	operation: optional(text),
	refs: optional(list(globText('path'), 'refs list cannot be empty')),
	no_force: optional(flag),
	no_delete: optional(flag),
});

export const allowRule: Reader<AllowRule> = record<AllowRule>({allow: required(matcher)});
