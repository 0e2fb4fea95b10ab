import {type Difference, differencesOf} from './ambiguity/fields.ts';
import {hostPatternsOverlap} from './host-pattern.ts';
import type {RuleKey} from './names.ts';
import type {Endpoint, Policy, Problem} from './policy.ts';

/**
Pairs of endpoints for the same place that would treat it differently (contract §2.7; by decision
7 who proposed an endpoint is no part of it). Which rule wins must never depend on order. Binaries
do not matter; `access`, `rules` and `deny_rules` may differ. With `only`, pairs of that rule.
*/
export const ambiguity = (policy: Policy, only?: RuleKey): readonly Problem[] => {
	const problems: Problem[] = [];
	for (const [left, right] of neighbours(placesOf(policy), only)) {
		const ports = left.endpoint.ports.filter(port => right.endpoint.ports.includes(port));
		const differences = differencesOf(left.endpoint, right.endpoint);
		if (differences.length > 0 && hostPatternsOverlap(left.endpoint.host, right.endpoint.host)) {
			problems.push(problemOf(left, right, ports, differences));
		}
	}

	return problems;
};

type Placed = {
	readonly key: RuleKey;
	readonly name: string;
	readonly index: number;
	readonly order: number;
	readonly endpoint: Endpoint;
};

const placesOf = (policy: Policy): readonly Placed[] => {
	let order = 0;
	return [...policy.network_policies].flatMap(([key, {name, endpoints}]) =>
		endpoints.map((endpoint, index) => ({key, name, index, order: order++, endpoint})),
	);
};

type Pair = readonly [left: Placed, right: Placed];

/** Each pair that shares a port and could share a host, once, in the order of the policy. */
const neighbours = (places: readonly Placed[], only?: RuleKey): readonly Pair[] => {
	const found = new Map<string, Pair>();
	for (const group of groups(places)) {
		for (const [left, right] of pairsOf(group)) {
			if (only === undefined || left.key === only || right.key === only) {
				found.set(`${left.order} ${right.order}`, [left, right]);
			}
		}
	}

	return [...found.values()].sort(([a, b], [c, d]) => a.order - c.order || b.order - d.order);
};

/** The endpoints on one port: exact hosts meet only their equals, patterns meet everything. */
type Group = {readonly exact: Map<string, Placed[]>; readonly patterns: Placed[]};

const groups = (places: readonly Placed[]): Iterable<Group> => {
	const byPort = new Map<number, Group>();
	for (const placed of places) {
		const {host, ports} = placed.endpoint;
		for (const port of ports) {
			const group: Group = byPort.get(port) ?? {exact: new Map(), patterns: []};
			byPort.set(port, group);
			if (host === '' || host.includes('*')) {
				group.patterns.push(placed);
			} else {
				group.exact.set(host, [...(group.exact.get(host) ?? []), placed]);
			}
		}
	}

	return byPort.values();
};

const pairsOf = ({exact, patterns}: Group): readonly Pair[] => {
	const equals = [...exact.values()];
	return [
		...equals.flatMap(pairsWithin),
		...pairsWithin(patterns),
		...patterns.flatMap(pattern => equals.flat().map(other => inOrder(pattern, other))),
	];
};

const pairsWithin = (list: readonly Placed[]): readonly Pair[] =>
	list.flatMap((left, index) => list.slice(index + 1).map(right => inOrder(left, right)));

const inOrder = (a: Placed, b: Placed): Pair => (a.order < b.order ? [a, b] : [b, a]);

const problemOf = (
	left: Placed,
	right: Placed,
	ports: readonly number[],
	differences: readonly Difference[],
): Problem => ({
	severity: 'error',
	kind: 'AmbiguousEndpoints',
	message: `network policies ${described(left)} and ${described(right)} overlap on port(s) ${ports.join(', ')} with conflicting metadata: ${differences.map(({field, left, right}) => `${field}=${left} vs ${right}`).join('; ')}`,
	at: `network_policies.${right.key}.endpoints[${right.index}]`,
});

const described = ({name, index, endpoint}: Placed): string =>
	`'${name}' endpoint[${index}] (${endpoint.host || '<any-host>'}:${endpoint.ports.join(',')}${endpoint.path})`;
