import type {CompiledEndpoint} from '../compile.ts';
import type {Matcher} from '../glob/compile.ts';
import {compileHostPattern} from '../host-pattern.ts';
import type {Host} from '../names.ts';
import type {Problem} from '../policy.ts';
import {err, ok, type Result} from '../result.ts';
import {maxEndpointsPerPlace, maxPatternsPerPort, maxPlaces} from './limits.ts';

/** Endpoints by port, then by exact host; patterns by the last two labels they end in, where fixed. */
export type PlaceIndex = ReadonlyMap<number, PortIndex>;

type PortIndex = {
	readonly exact: ReadonlyMap<string, readonly CompiledEndpoint[]>;
	readonly patterns: ReadonlyMap<string, readonly Patterned[]>;
	readonly anywhere: readonly Patterned[];
};

type Patterned = {readonly entry: CompiledEndpoint; readonly hosts: Matcher};

/** Every endpoint that names this host and port, whoever it is for, in policy order. */
export const entriesAt = (
	index: PlaceIndex,
	host: Host,
	port: number,
): readonly CompiledEndpoint[] => {
	const onPort = index.get(port);
	if (!onPort) {
		return none;
	}

	const exact = onPort.exact.get(host) ?? none;
	const matched = [...(onPort.patterns.get(suffixOf(host)) ?? []), ...onPort.anywhere]
		.filter(({hosts}) => hosts.test(host))
		.map(({entry}) => entry);
	return matched.length === 0 ? exact : [...exact, ...matched].sort((a, b) => a.order - b.order);
};

const none: readonly CompiledEndpoint[] = [];

/** Refuses what could make one decision slow: too many places, or too many endpoints for one. */
export const indexPlaces = (
	entries: readonly CompiledEndpoint[],
): Result<PlaceIndex, readonly Problem[]> => {
	const places = entries.reduce((sum, {endpoint}) => sum + endpoint.ports.length, 0);
	if (places > maxPlaces) {
		return err([problem('TooManyEndpoints', `more than ${maxPlaces} endpoints and ports`)]);
	}

	const index = new Map<number, Building>();
	for (const entry of entries) {
		const hosts = isPattern(entry) ? compileHostPattern(entry.endpoint.host) : undefined;
		for (const port of entry.endpoint.ports) {
			const building = index.get(port) ?? {
				exact: new Map(),
				patterns: new Map(),
				anywhere: [],
				patternCount: 0,
			};
			index.set(port, building);
			add(building, entry, hosts);
		}
	}

	const problems = [...index].flatMap(([port, building]) => crowded(port, building));
	return problems.length > 0 ? err(problems) : ok(index);
};

type Building = {
	readonly exact: Map<string, CompiledEndpoint[]>;
	readonly patterns: Map<string, Patterned[]>;
	readonly anywhere: Patterned[];
	patternCount: number;
};

const isPattern = ({endpoint: {host}}: CompiledEndpoint): boolean =>
	host === '' || host.includes('*');

const add = (building: Building, entry: CompiledEndpoint, hosts: Matcher | undefined): void => {
	const {host} = entry.endpoint;
	if (!hosts) {
		append(building.exact, host, entry);
		return;
	}

	building.patternCount++;
	const suffix = host
		.slice(host.lastIndexOf('*') + 1)
		.split('.')
		.slice(1);
	if (suffix.length < suffixLabels) {
		building.anywhere.push({entry, hosts});
	} else {
		append(building.patterns, suffixOf(host), {entry, hosts});
	}
};

const append = <T>(map: Map<string, T[]>, key: string, item: T): void => {
	const list = map.get(key);
	if (list) {
		list.push(item);
	} else {
		map.set(key, [item]);
	}
};

/** Most patterns are `*.domain.tld`: two labels tell nearly all of them apart. */
const suffixLabels = 2;

const suffixOf = (host: string): string => {
	const last = host.lastIndexOf('.');
	return host.slice(host.lastIndexOf('.', last - 1) + 1);
};

const crowded = (port: number, building: Building): readonly Problem[] => {
	const problems: Problem[] = [];
	if (building.patternCount > maxPatternsPerPort) {
		const message = `more than ${maxPatternsPerPort} host patterns on port ${port}; name hosts or join patterns`;
		problems.push(problem('TooManyHostPatterns', message));
	}

	for (const [host, list] of building.exact) {
		if (list.length > maxEndpointsPerPlace) {
			const message = `more than ${maxEndpointsPerPlace} endpoints for ${host}:${port}; join their rules`;
			problems.push(problem('TooManyEndpoints', message));
		}
	}

	return problems;
};

const problem = (kind: string, message: string): Problem => ({
	severity: 'error',
	kind,
	message,
	at: 'network_policies',
});
