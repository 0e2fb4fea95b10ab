import {clean} from '../clean.ts';
import {checkMatchers} from './check-matcher.ts';
import {hint} from './nearest.ts';
import {below, complain, isWritten, type Place, warn} from './place.ts';
import {isReachablePath} from './reachable-path.ts';
import type {WrittenEndpoint} from './written-endpoint.ts';

/** Every word the language knows; whether it can be enforced is for the registry to say. */
const protocolWords = ['tcp', 'rest', 'websocket', 'graphql', 'sql', 'json-rpc', 'mcp', 'git'];

/** What `protocol` makes of the other keys (contract 1.3, table of L7 reasons). */
export const checkProtocol = (written: WrittenEndpoint, place: Place): void => {
	const protocol = written.protocol ?? '';
	if (protocol !== '' && !protocolWords.includes(protocol)) {
		const message = `unknown protocol '${clean(protocol, 32)}' (expected tcp, rest, websocket, graphql, sql, json-rpc, mcp, or git)`;
		refuse(below(place, 'protocol'), message + hint(protocol, protocolWords));
		return;
	}

	if (protocol === '' || protocol === 'tcp') {
		checkUninspected(written, protocol, place);
		return;
	}

	checkBase(written, protocol, place);
	checkPath(written, below(place, 'path'));
	checkOptions(written, protocol, place);
	checkMatchers(written, protocol, place);
};

const refuse = (place: Place, message: string): void => {
	complain(place, 'InvalidL7Endpoint', message);
};

const inspectionKeys = [
	'path',
	'allow_encoded_slash',
	'websocket_credential_rewrite',
	'request_body_credential_rewrite',
	'persisted_queries',
	'graphql_persisted_queries',
	'graphql_max_body_bytes',
	'json_rpc',
	'mcp',
	'credential_signing',
	'signing_service',
	'signing_region',
] as const;

/** Nothing looks into an L4 connection: a key that promises otherwise would be a silent hole (decision 2). */
const checkUninspected = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	const meant = inspectionKeys.filter(key => Boolean(written[key]));
	const ruleKeys = (['access', 'rules', 'deny_rules'] as const).filter(key =>
		isWritten(place, key),
	);
	if (protocol === 'tcp') {
		if (ruleKeys.length > 0) {
			refuse(place, 'protocol tcp does not support access, rules, or deny_rules');
		}

		if (meant.length > 0) {
			refuse(place, `protocol tcp does not support L7-only fields: ${meant.join(', ')}`);
		}

		return;
	}

	for (const key of [...ruleKeys.filter(key => written[key] !== ''), ...meant]) {
		refuse(below(place, key), key === 'deny_rules' ? denyNeedsProtocol : needsProtocol(key));
	}
};

const denyNeedsProtocol = 'deny_rules require protocol (L7 inspection must be enabled)';

const needsProtocol = (key: string): string =>
	`${key} requires protocol: without one nothing looks into the traffic; add protocol: rest, or leave ${key} out`;

/** What is allowed before denies: rules, or a preset, never both and never neither. */
const checkBase = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	const hasRules = isWritten(place, 'rules');
	const hasAccess = (written.access ?? '') !== '' || isUnreadAccess(written, place);
	const allowsAll = protocol === 'mcp' && written.mcp?.allow_all_known_mcp_methods === true;
	if (hasRules && hasAccess) {
		refuse(below(place, 'access'), 'rules and access are mutually exclusive');
	}

	if (hasAccess && ['json-rpc', 'mcp', 'git'].includes(protocol)) {
		const message = `protocol ${protocol} does not support access presets; write rules`;
		refuse(below(place, 'access'), message);
	}

	if (!hasRules && !hasAccess && !allowsAll) {
		refuse(place, missingBase(protocol));
		if (isWritten(place, 'deny_rules') && protocol !== 'mcp') {
			const message = 'deny_rules require rules or access to define the base allow set';
			refuse(below(place, 'deny_rules'), message);
		}
	}
};

const isUnreadAccess = (written: WrittenEndpoint, place: Place): boolean =>
	isWritten(place, 'access') && written.access === undefined;

const missingBase = (protocol: string): string => {
	switch (protocol) {
		case 'json-rpc':
			return 'protocol json-rpc requires explicit rules with allow.method';
		case 'mcp':
			return 'protocol mcp requires rules when mcp.allow_all_known_mcp_methods is false';
		default:
			return 'protocol requires rules or access to define allowed traffic';
	}
};

const checkPath = ({path = ''}: WrittenEndpoint, place: Place): void => {
	if (path !== '' && path !== '**' && !path.startsWith('/')) {
		refuse(place, "path must start with '/' or be '**'");
	} else if (path !== '' && !isReachablePath(path)) {
		complain(place, 'UnreachablePath', unreachable);
	}
};

const unreachable =
	'no canonical path matches; write it decoded, with %20 for a space and upper-case hex (contract 1.6)';

const checkOptions = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	if (protocol === 'sql' && written.enforcement !== 'audit') {
		const message = 'SQL enforcement requires full SQL parsing; use enforcement: audit';
		refuse(below(place, 'enforcement'), message);
	}

	if (isWritten(place, 'mcp') && protocol !== 'mcp') {
		refuse(below(place, 'mcp'), 'mcp options are only valid for protocol mcp');
	}

	if (isWritten(place, 'json_rpc') && protocol !== 'json-rpc') {
		refuse(below(place, 'json_rpc'), 'json_rpc options are only valid for protocol json-rpc');
	}

	if (!['', 'deny', 'allow_registered'].includes(written.persisted_queries ?? '')) {
		const at = below(place, 'persisted_queries');
		refuse(at, 'persisted_queries must be deny or allow_registered');
	}

	warnOfRewrites(written, protocol, place);
};

const warnOfRewrites = (written: WrittenEndpoint, protocol: string, place: Place): void => {
	for (const [key, protocols] of [
		['websocket_credential_rewrite', ['rest', 'websocket']],
		['request_body_credential_rewrite', ['rest']],
	] as const) {
		if (written[key] && !(protocols as readonly string[]).includes(protocol)) {
			const message = `${key} has no effect on protocol ${protocol}`;
			warn(below(place, key), 'MisplacedRewrite', message);
		}
	}
};
