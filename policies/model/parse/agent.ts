import {parseAgentRuleName} from '../names.ts';
import {below, complain, type Place} from './place.ts';

/**
What an agent may not write into a rule, whatever the language allows (X10, X11, decision 14): the
keys that weaken inspection, reach private addresses or move credentials are an operator's. Looks
at what is written, so that no default hides it.
*/
export const restrictAgent = (rule: Place): void => {
	const name = scalarAt(below(rule, 'name'));
	if (typeof name === 'string' && !parseAgentRuleName(name).ok) {
		complain(below(rule, 'name'), 'InvalidRuleName', 'a rule name is 1 to 64 of a-z, 0-9, _ and -');
	}

	const endpoints = below(rule, 'endpoints');
	if (endpoints.node.kind === 'list') {
		for (const index of endpoints.node.items.keys()) {
			restrictEndpoint(below(endpoints, index));
		}
	}
};

const forbiddenKeys = [
	'allowed_ips',
	'allow_encoded_slash',
	'allow_uninspected_credentials',
	'websocket_credential_rewrite',
	'request_body_credential_rewrite',
	'credential_signing',
	'signing_service',
	'signing_region',
	'credential_binding',
] as const;

const restrictEndpoint = (endpoint: Place): void => {
	for (const key of forbiddenKeys) {
		if (has(endpoint, key) && scalarAt(below(endpoint, key)) !== false) {
			const message = `an agent's proposal may not set ${key}; leave it out, or ask a person to write it`;
			complain(below(endpoint, key), 'NotForAgents', message);
		}
	}

	if (scalarAt(below(endpoint, 'enforcement')) === 'audit') {
		const message =
			"an agent's proposal may not set enforcement: audit; write enforce, or leave it out";
		complain(below(endpoint, 'enforcement'), 'NotForAgents', message);
	}

	if (scalarAt(below(endpoint, 'tls')) === 'skip' && isInspected(endpoint)) {
		const message =
			"an agent's proposal may not set tls: skip on an inspected endpoint; leave it out";
		complain(below(endpoint, 'tls'), 'NotForAgents', message);
	}

	if (scalarAt(below(endpoint, 'mcp', 'allow_all_known_mcp_methods')) === true) {
		const message = "an agent's proposal may not set allow_all_known_mcp_methods; name the methods";
		complain(below(endpoint, 'mcp', 'allow_all_known_mcp_methods'), 'NotForAgents', message);
	}

	restrictPaths(below(endpoint, 'rules'));
};

/** contract 3.4; the value is never echoed. Deny rules may name what they like. */
const restrictPaths = (rules: Place): void => {
	if (rules.node.kind !== 'list') {
		return;
	}

	for (const index of rules.node.items.keys()) {
		const path = below(rules, index, 'allow', 'path');
		if (String(scalarAt(path) ?? '').includes('?')) {
			complain(path, 'QueryInPath', 'L7 allow paths must not include query strings');
		}
	}
};

const isInspected = (endpoint: Place): boolean => {
	const protocol = has(endpoint, 'protocol') ? scalarAt(below(endpoint, 'protocol')) : '';
	return protocol !== '' && protocol !== 'tcp';
};

const has = ({node}: Place, key: string): boolean =>
	node.kind === 'mapping' && node.entries.has(key);

const scalarAt = ({node}: Place): string | number | boolean | null | undefined =>
	node.kind === 'scalar' ? node.value : undefined;
