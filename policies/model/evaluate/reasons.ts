import type {CompiledEndpoint} from '../compile.ts';
import {hostPort} from '../host.ts';
import type {Intent, RequestIntent} from '../intent.ts';
import {maskPath} from '../mask-path.ts';
import type {RuleKey} from '../names.ts';
import {maxRulesInReason} from './limits.ts';

/**
The words in which a decision gives its ground: those of the wire contract (§1.7, §1.8) where it
has them. Paths are masked, because a reason is shown, logged and kept.
*/
export const emptyPolicy = 'network connections not allowed by policy';

export const unknown = 'request denied by policy';

export const noEndpoint = (intent: Intent): string =>
	`endpoint ${placeOf(intent)} is not allowed by any policy`;

/** One sentence per rule that names the place, the first few where there are many. */
export const binaryNotAllowed = (named: readonly CompiledEndpoint[], {caller}: Intent): string => {
	const keys = [...new Set(named.map(({rule}) => rule.key))];
	const ancestors = caller.ancestors.join(' -> ');
	const sentences = keys
		.slice(0, maxRulesInReason)
		.map(
			key =>
				`binary '${caller.binary}' not allowed in policy '${key}' (ancestors: [${ancestors}], cmdline: [])`,
		);
	const more = keys.length - sentences.length;
	return [...sentences, ...(more > 0 ? [`and ${more} more policies`] : [])].join('; ');
};

export const rawTunnelOnly = (intent: Intent): string =>
	`${placeOf(intent)} is a raw tunnel (tls: skip); open it with CONNECT`;

export const upgrade = (request: RequestIntent): string =>
	`${requestOf(request)} asks to upgrade to ${request.upgrade}, which no rule allows`;

/** With one candidate the contract speaks of the request, with several of the routes. */
export const noEndpointPath = (
	inspected: readonly CompiledEndpoint[],
	request: RequestIntent,
): string =>
	inspected.length === 1 ? notPermitted(request) : 'no L7 endpoint path matched request';

export const encodedSlash = (request: RequestIntent): string =>
	`${requestOf(request)} has an encoded slash, which its endpoint does not allow (allow_encoded_slash)`;

export const denyRule = (request: RequestIntent): string =>
	`${requestOf(request)} blocked by deny rule`;

export const notPermitted = (request: RequestIntent): string =>
	`${requestOf(request)} not permitted by policy`;

export const placeIn = (intent: Intent, rule: RuleKey): string =>
	`${placeOf(intent)} in policy '${rule}'`;

const placeOf = ({host, port}: Intent): string => hostPort(host, port);

const requestOf = ({method, path}: RequestIntent): string => `${method} ${maskPath(path)}`;
