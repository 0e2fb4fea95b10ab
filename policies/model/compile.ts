import type {AllowList} from './compile/allow-list.ts';
import type {BinarySet} from './compile/binaries.ts';
import {entriesAt, indexPlaces, type PlaceIndex} from './compile/places.ts';
import {compileRule} from './compile/rule.ts';
import type {Host, RuleKey} from './names.ts';
import type {Endpoint, Policy, Problem} from './policy.ts';
import type {Clause, Registry} from './protocol.ts';
import {err, ok, type Result} from './result.ts';
import type {PathScope} from './scope.ts';

/** A policy made ready to answer: patterns compiled once, rules indexed by port and host. */
export type CompiledPolicy = {readonly policy: Policy; readonly places: PlaceIndex};

/** One endpoint of one rule, in the order of keys and then of the rule's list. */
export type CompiledEndpoint = {
	readonly rule: CompiledRule;
	readonly endpoint: Endpoint;
	/** Its place among all, by sorted key and then as listed: the smallest key is the one reported. */
	readonly order: number;
	/** Each request must be seen: its protocol word is of layer 7. */
	readonly isInspected: boolean;
	/** The protocol word; empty is L4. */
	readonly word: string;
	readonly scope: PathScope;
	/** What `allowed_ips` says, or why it cannot be meant; the guard asks. */
	readonly allowList: Result<AllowList, string>;
	readonly allow: readonly Clause[];
	readonly deny: readonly Clause[];
};

export type CompiledRule = {
	readonly key: RuleKey;
	readonly binaries: BinarySet;
};

/** Refuses a policy that uses a protocol word the registry lacks, that a word cannot read, that exceeds a bound, or that needs a middleware. */
export const compile = (
	policy: Policy,
	registry: Registry,
): Result<CompiledPolicy, readonly Problem[]> => {
	const problems: Problem[] = [...neededMiddlewares(policy)];
	const entries: CompiledEndpoint[] = [];
	const rules = [...policy.network_policies].sort(([a], [b]) => (a < b ? -1 : 1));
	for (const [key, rule] of rules) {
		const compiled = compileRule({key, rule, order: entries.length}, registry);
		if (compiled.ok) {
			entries.push(...compiled.value);
		} else {
			problems.push(...compiled.error);
		}
	}

	const places = indexPlaces(entries);
	problems.push(...(places.ok ? [] : places.error));
	return places.ok && problems.length === 0 ? ok({policy, places: places.value}) : err(problems);
};

/** No middleware runs here: what one was to see must not pass without it, unless its policy says so. */
const neededMiddlewares = ({network_middlewares}: Policy): readonly Problem[] =>
	[...network_middlewares]
		.filter(([, {on_error}]) => on_error !== 'fail_open')
		.map(([name]) => ({
			severity: 'error',
			kind: 'MiddlewareNotRun',
			message: 'no middleware runs here; take it out, or let it fail open with on_error: fail_open',
			at: `network_middlewares.${name}`,
		}));

/** The endpoints declared for this host and port, for any binary. */
export const endpointsAt = (
	{places}: CompiledPolicy,
	host: Host,
	port: number,
): readonly Endpoint[] => entriesAt(places, host, port).map(({endpoint}) => endpoint);
