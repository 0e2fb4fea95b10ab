import {clean} from '../clean.ts';
import type {Matcher} from '../policy.ts';
import {below, complain, type Place, warn} from './place.ts';
import {isReachablePath} from './reachable-path.ts';
import type {WrittenEndpoint} from './written-endpoint.ts';

/** The rules and deny rules of one endpoint: what its protocol asks of them. */
export const checkMatchers = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	for (const [index, {allow}] of (written.rules ?? []).entries()) {
		const at = below(place, 'rules', index, 'allow');
		if (Object.keys(allow).length === 0) {
			refuse(at, 'rules would deny all traffic (no allow clause found)');
		} else {
			checkMatcher(allow, protocol, `rules[${index}].allow`, at);
			checkAllow(allow, protocol, at);
		}
	}

	for (const [index, rule] of (written.deny_rules ?? []).entries()) {
		const at = below(place, 'deny_rules', index);
		checkMatcher(rule, protocol, `deny_rules[${index}]`, at);
	}

	checkToolGlobs(written, protocol, place);
};

const refuse = (place: Place, message: string): void => {
	complain(place, 'InvalidL7Endpoint', message);
};

/** Which keys mean something: any other would be ignored, and the rule would match more than it says. */
const keysOf: Readonly<Record<string, ReadonlyArray<keyof Matcher>>> = {
	rest: ['method', 'path', 'query'],
	websocket: ['method', 'path', 'query', 'operation_type', 'operation_name', 'fields'],
	graphql: ['operation_type', 'operation_name', 'fields'],
	sql: ['command'],
	'json-rpc': ['method'],
	mcp: ['method', 'tool', 'params'],
	git: ['operation', 'path', 'refs', 'no_force', 'no_delete'],
};

const checkMatcher = (matcher: Matcher, protocol: string, name: string, place: Place): void => {
	const known = keysOf[protocol] ?? [];
	for (const key of Object.keys(matcher) as Array<keyof Matcher>) {
		if (!known.includes(key)) {
			const message = `protocol ${protocol} does not know ${key}; it knows ${known.join(', ')}`;
			complain(below(place, key), 'MatcherNotForProtocol', message);
		}
	}

	checkMethod(matcher, protocol, below(place, 'method'));
	checkPath(matcher, below(place, 'path'));
	checkOperation(matcher, protocol, name, place);
};

const checkAllow = (allow: Matcher, protocol: string, place: Place): void => {
	const isMessageRule = Boolean(allow.operation_type ?? allow.operation_name ?? allow.fields);
	if ((protocol === 'rest' || protocol === 'websocket') && !allow.path && !isMessageRule) {
		const message =
			'an allow rule needs a path; ** is any path (a deny rule without one denies all)';
		complain(below(place, 'path'), 'MissingAllowPath', message);
	}

	const isMixed = isMessageRule && Boolean(allow.method ?? allow.path ?? allow.query);
	if (protocol === 'websocket' && isMixed) {
		refuse(place, 'operation rules and method, path or query rules cannot be mixed in one rule');
	}

	if (protocol === 'json-rpc' && allow.method === undefined) {
		refuse(place, 'protocol json-rpc requires explicit rules with allow.method');
	}
};

/** RFC 9110 and the methods that are in use beside it; others are allowed and pointed out. */
const knownMethods = new Set(
	`GET HEAD OPTIONS POST PUT PATCH DELETE CONNECT TRACE PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH MERGE QUERY WEBSOCKET_TEXT *`.split(
		' ',
	),
);

const checkMethod = ({method}: Matcher, protocol: string, place: Place): void => {
	if (method === undefined) {
		return;
	}

	switch (protocol) {
		case 'rest':
		case 'websocket':
			checkHttpMethod(method, place);
			break;
		case 'json-rpc':
			if (method !== '*' && /[*?[\]{}]/.test(method)) {
				refuse(place, 'JSON-RPC methods do not support glob or wildcard matchers, only a whole *');
			}

			break;
		case 'mcp':
			if (/[*?[\]{}]/.test(method) && method !== '*' && !method.startsWith('tools/')) {
				refuse(place, 'MCP method globs are only valid for the tools/ method family');
			}

			break;
	}
};

const checkHttpMethod = (method: string, place: Place): void => {
	if (method !== '*' && !/^[\w!#$%&'+.^`|~-]+$/.test(method)) {
		complain(place, 'InvalidMethod', 'a method is one word, or * for any; write one rule for each');
	} else if (!knownMethods.has(method.toUpperCase())) {
		warn(place, 'UnknownMethod', `unknown HTTP method '${clean(method, 32)}'`);
	}
};

const checkPath = ({path}: Matcher, place: Place): void => {
	if (path !== undefined && !isReachablePath(path)) {
		const message =
			'no canonical path matches; start it with /, write it decoded, with %20 for a space and upper-case hex (contract 1.6)';
		complain(place, 'UnreachablePath', message);
	}
};

const checkOperation = (matcher: Matcher, protocol: string, name: string, place: Place): void => {
	const type = matcher.operation_type;
	if (type !== undefined && !['query', 'mutation', 'subscription'].includes(type)) {
		const at = below(place, 'operation_type');
		refuse(at, `${name}.operation_type must be query, mutation, or subscription`);
	}

	const {operation} = matcher;
	if (protocol === 'git' && operation !== 'fetch' && operation !== 'push') {
		refuse(below(place, 'operation'), `${name}.operation must be fetch or push`);
	}
};

const checkToolGlobs = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	if (protocol !== 'mcp' || written.mcp?.strict_tool_names !== false) {
		return;
	}

	const rules = [...(written.rules ?? []).map(({allow}) => allow), ...(written.deny_rules ?? [])];
	if (rules.some(rule => /[*?[\]{}]/.test(rule.tool ?? rule.params?.name ?? ''))) {
		refuse(below(place, 'mcp'), 'tool globs need mcp.strict_tool_names to be true');
	}
};
