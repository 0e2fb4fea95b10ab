import type {AddRule} from '../operation.ts';
import type {Endpoint, NetworkRule} from '../policy.ts';
import {has, same} from '../same.ts';
import type {MergeError} from './outcome.ts';
import {anyBinaryPaths, isAnyBinary} from './scope.ts';
import {isSameSelector} from './target.ts';

/**
What the merged rule would hand out that the operation never named (contract §2.4): to a new
binary what the rule already allowed, to a port what was said of another, to a binary already
there what was asked for a different one. Whole sets are compared, never first items.
*/
export const authorityFault = (
	before: NetworkRule,
	after: NetworkRule,
	asked: AddRule,
): MergeError | undefined => {
	const changed = changedPlaces(before, after);
	return (
		newBinaryFault(before, after, asked) ??
		undeclaredPortFault(changed, asked) ??
		newPortFault(changed, before, asked) ??
		existingBinariesFault(changed, before, asked)
	);
};

const newBinaryFault = (
	before: NetworkRule,
	after: NetworkRule,
	asked: AddRule,
): MergeError | undefined => {
	const added = after.binaries.filter(binary => !has(before.binaries, binary));
	const undeclared = after.endpoints.flatMap(endpoint => {
		const ports = endpoint.ports.filter(port => !isDeclared(endpoint, port, asked));
		return ports.length === 0 ? [] : [`${named(endpoint)} on ports [${ports.join(', ')}]`];
	});
	if (added.length === 0 || undeclared.length === 0) {
		return;
	}

	const isAny = added.some(({path}) => anyBinaryPaths.has(path));
	const who = isAny ? 'any binary' : `binary '${added.map(({path}) => path).join("', '")}'`;
	return {
		kind: 'NewBinaryWouldInheritAuthorization',
		message: `addRule '${asked.ruleName}' would grant ${who} undeclared authorization for ${undeclared.join(' and ')}; declare that too, or ask under a rule name of its own`,
	};
};

/** The operation names this port of this endpoint and says nothing else of it than what will stand. */
const isDeclared = (endpoint: Endpoint, port: number, asked: AddRule): boolean =>
	asked.rule.endpoints.some(
		declared =>
			isSameSelector(declared, endpoint) &&
			declared.ports.includes(port) &&
			agrees(declared, endpoint),
	);

const agrees = (declared: Endpoint, endpoint: Endpoint): boolean =>
	mustSay.every(field => same(declared[field], endpoint[field])) &&
	endpoint.allowed_ips.every(entry => declared.allowed_ips.includes(entry)) &&
	namesRules(declared, endpoint) &&
	unsetOrEqual.every(field => !declared[field] || same(declared[field], endpoint[field]));

/** Who names rules names all that will stand; who names none takes the place as it is declared. */
const namesRules = (declared: Endpoint, endpoint: Endpoint): boolean =>
	declared.rules.length > 0
		? endpoint.access === '' && endpoint.rules.every(rule => has(declared.rules, rule))
		: declared.access === '' || declared.access === endpoint.access;

/** What an agent may not ask for (X10, X11), its binary may not inherit unasked either. */
const mustSay = [
	'tls',
	'enforcement',
	'allow_encoded_slash',
	'websocket_credential_rewrite',
	'request_body_credential_rewrite',
	'allow_uninspected_credentials',
	'credential_binding',
] as const satisfies ReadonlyArray<keyof Endpoint>;

/** Left out, these carry over (contract §2.4). */
const unsetOrEqual = [
	'protocol',
	'persisted_queries',
	'graphql_max_body_bytes',
	'json_rpc',
	'credential_signing',
	'signing_service',
	'signing_region',
] as const satisfies ReadonlyArray<keyof Endpoint>;

type Place = {readonly endpoint: Endpoint; readonly port: number};

/** Each host, path and port of which the merged rule says something else than before. */
const changedPlaces = (before: NetworkRule, after: NetworkRule): readonly Place[] =>
	after.endpoints
		.flatMap(endpoint => endpoint.ports.map(port => ({endpoint, port})))
		.filter(place => !before.endpoints.some(old => saysTheSame(old, place)));

const saysTheSame = (old: Endpoint, {endpoint, port}: Place): boolean =>
	old.ports.includes(port) && same({...old, ports: []}, {...endpoint, ports: []});

const undeclaredPortFault = (changed: readonly Place[], asked: AddRule): MergeError | undefined => {
	const undeclared = changed.filter(
		({endpoint, port}) =>
			!asked.rule.endpoints.some(
				declared => isSameSelector(declared, endpoint) && declared.ports.includes(port),
			),
	);
	const [first] = undeclared;
	return (
		first && {
			kind: 'UndeclaredPortWouldChange',
			message: `addRule '${asked.ruleName}' would change ${named(first.endpoint)} on undeclared ports [${undeclared.map(({port}) => port).join(', ')}]; declare them too, or ask under a rule name of its own`,
		}
	);
};

/** A port that joins an endpoint would get all that was said of its other ports. */
const newPortFault = (
	changed: readonly Place[],
	before: NetworkRule,
	asked: AddRule,
): MergeError | undefined => {
	const isNew = ({endpoint, port}: Place): boolean =>
		!before.endpoints.some(old => isSameSelector(old, endpoint) && old.ports.includes(port));
	const [first] = changed.filter(
		place => isNew(place) && !isDeclared(place.endpoint, place.port, asked),
	);
	return (
		first && {
			kind: 'UndeclaredPortWouldChange',
			message: `addRule '${asked.ruleName}' would extend what stands for ${named(first.endpoint)} to port ${first.port}; declare it whole, or ask under a rule name of its own`,
		}
	);
};

const existingBinariesFault = (
	changed: readonly Place[],
	before: NetworkRule,
	asked: AddRule,
): MergeError | undefined => {
	const silent = before.binaries.filter(binary => !has(asked.rule.binaries, binary));
	const [first] = changed;
	if (!first || silent.length === 0) {
		return;
	}

	const anyIsSilent = isAnyBinary(before) && silent.some(({path}) => anyBinaryPaths.has(path));
	const who = anyIsSilent
		? 'the existing any-binary scope'
		: silent.map(({path}) => `'${path}'`).join(', ');
	return {
		kind: 'ExistingBinariesWouldInheritAuthorization',
		message: `addRule '${asked.ruleName}' would also grant ${named(first.endpoint)} to binaries it does not name; also declare ${who}, or ask under a rule name of its own`,
	};
};

const named = ({host, path}: Endpoint): string => `${host || '<any-host>'}${path}`;
