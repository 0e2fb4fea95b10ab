import {presetMethods, presetRules, websocketPresetMethods} from '../access.ts';
import {makeEndpoint} from '../endpoint.ts';
import type {Endpoint} from '../policy.ts';
import {err, ok, type Result} from '../result.ts';
import {same, union} from '../same.ts';
import {isSameMcpContract} from './mcp.ts';
import {sortedPorts} from './normalise.ts';
import type {MergeError, MergeWarning, MergeWarningKind} from './outcome.ts';

export type MergedEndpoint = {
	readonly endpoint: Endpoint;
	readonly warnings: readonly MergeWarning[];
};

/**
One endpoint joined by another that names the same place (contract §2.3). Defaults are explicit
on both sides, so nothing unsaid is adopted: what stands, stands, and a difference is a warning.
Only an endpoint without a protocol takes one: L4 becomes inspected, and so narrower.
*/
export const mergeEndpoint = (
	existing: Endpoint,
	incoming: Endpoint,
): Result<MergedEndpoint, MergeError> => {
	const fault = inspectionFault(existing, incoming);
	if (fault) {
		return err(fault);
	}

	const warnings = [...retained(existing, incoming), ...accessWarnings(existing, incoming)];
	const mcp = existing.protocol === '' ? incoming.mcp : existing.mcp;
	const endpoint: Endpoint = {
		...existing,
		ports: sortedPorts([...existing.ports, ...incoming.ports]),
		protocol: existing.protocol || incoming.protocol,
		access: mergedAccess(existing, incoming),
		rules: mergedRules(existing, incoming),
		deny_rules: union(existing.deny_rules, incoming.deny_rules),
		allowed_ips: union(existing.allowed_ips, incoming.allowed_ips),
		allow_encoded_slash: existing.allow_encoded_slash || incoming.allow_encoded_slash,
		websocket_credential_rewrite:
			existing.websocket_credential_rewrite || incoming.websocket_credential_rewrite,
		request_body_credential_rewrite:
			existing.request_body_credential_rewrite || incoming.request_body_credential_rewrite,
		allow_uninspected_credentials:
			existing.allow_uninspected_credentials || incoming.allow_uninspected_credentials,
		...(mcp ? {mcp} : {}),
	};
	return ok({endpoint, warnings});
};

const inspectionFault = (existing: Endpoint, incoming: Endpoint): MergeError | undefined => {
	const isInspection = incoming.protocol !== '' && incoming.protocol !== 'tcp';
	const closed = existing.protocol === 'tcp' ? 'protocol: tcp' : 'tls: skip';
	if (isInspection && isNeverRead(existing)) {
		return {
			kind: 'ConflictingInspectionContracts',
			message: `${placeOf(existing)} is declared ${closed}, which protocol: ${incoming.protocol} cannot inspect; ask for it as it is declared, without rules`,
		};
	}

	const isMcp = existing.protocol === 'mcp' && (incoming.protocol === 'mcp' || incoming.mcp);
	return isMcp && !isSameMcpContract(existing, incoming)
		? {
				kind: 'McpContractConflict',
				message: `${placeOf(existing)} already has other mcp options; repeat them exactly`,
			}
		: undefined;
};

/** Declared so by name: unlike an endpoint that says nothing, it does not become an inspected one. */
const isNeverRead = ({protocol, tls}: Endpoint): boolean =>
	protocol === 'tcp' || (protocol === '' && tls === 'skip');

/** Fields that are never taken from the operation, with the warning that says so. */
const retained = (existing: Endpoint, incoming: Endpoint): readonly MergeWarning[] => {
	const warnings: MergeWarning[] = [];
	const keep = (kind: MergeWarningKind, field: keyof Endpoint): void => {
		const what = `${field} of ${placeOf(existing)}`;
		const stays = `${what} stays ${shown(existing[field])}; ${shown(incoming[field])} is not taken`;
		warnings.push({kind, message: stays});
	};

	if (existing.protocol !== '' && incoming.protocol !== '') {
		if (existing.protocol !== incoming.protocol) {
			keep('ExistingProtocolRetained', 'protocol');
		}
	}

	if (existing.enforcement !== incoming.enforcement) {
		keep('ExistingEnforcementRetained', 'enforcement');
	}

	if (existing.tls !== incoming.tls) {
		keep('ExistingTlsRetained', 'tls');
	}

	for (const field of neverMerged) {
		if (!same(incoming[field], unsaid[field]) && !same(incoming[field], existing[field])) {
			keep('ExistingFieldsRetained', field);
		}
	}

	return warnings;
};

const unsaid = makeEndpoint({});

const neverMerged = [
	'persisted_queries',
	'graphql_persisted_queries',
	'graphql_max_body_bytes',
	'json_rpc',
	'credential_signing',
	'signing_service',
	'signing_region',
	'credential_binding',
] as const satisfies ReadonlyArray<keyof Endpoint>;

const accessWarnings = (existing: Endpoint, incoming: Endpoint): readonly MergeWarning[] => {
	const place = placeOf(existing);
	if (incoming.rules.length > 0 && existing.access !== '') {
		const message = `access: ${existing.access} of ${place} is written out as rules, so that others can join them`;
		return [{kind: 'ExpandedAccessPreset', message}];
	}

	if (incoming.access === '' || incoming.access === existing.access) {
		return [];
	}

	if (existing.rules.length > 0 || incoming.rules.length > 0) {
		const message = `access: ${incoming.access} is not taken, because ${place} has rules`;
		return [{kind: 'IgnoredIncomingAccessBecauseRulesExist', message}];
	}

	if (existing.access !== '') {
		const message = `access of ${place} stays ${existing.access}; ${incoming.access} is not taken`;
		return [{kind: 'ExistingAccessRetained', message}];
	}

	return [];
};

const mergedAccess = (existing: Endpoint, incoming: Endpoint): Endpoint['access'] =>
	existing.rules.length > 0 || incoming.rules.length > 0 ? '' : existing.access || incoming.access;

const mergedRules = (existing: Endpoint, incoming: Endpoint): Endpoint['rules'] => {
	if (incoming.rules.length === 0) {
		return existing.rules;
	}

	const methods = existing.protocol === 'websocket' ? websocketPresetMethods : presetMethods;
	return union([...existing.rules, ...presetRules(methods[existing.access])], incoming.rules);
};

const placeOf = ({host, ports, path}: Endpoint): string =>
	`${host || '<any-host>'}:${ports.join(',')}${path}`;

const shown = (value: unknown): string => (value === '' ? 'empty' : JSON.stringify(value));
