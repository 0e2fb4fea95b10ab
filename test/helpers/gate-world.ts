import type {CompiledPolicy} from '../../policies/model/compile.ts';
import type {Decision, Deny} from '../../policies/model/decision.ts';
import type {Denial} from '../../policies/model/denial.ts';
import type {Event} from '../../policies/model/event.ts';
import type {Caller, Intent} from '../../policies/model/intent.ts';
import type {Digest, Host, RuleKey} from '../../policies/model/names.ts';
import type {Exchange, HeaderPairs, Plugin, PolicyInForce} from '../../policies/model/plugin.ts';
import type {Endpoint} from '../../policies/model/policy.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {makeGate} from '../../proxy/admit.ts';
import {makeChain} from '../../proxy/chain.ts';
import type {ConnectTo} from '../../proxy/connect-to.ts';
import {makeDenials} from '../../proxy/denials.ts';
import type {AskedConnection, AskedRequest, Gate, Passage} from '../../proxy/gate.ts';
import type {Law} from '../../proxy/law.ts';
import {makePassages} from '../../proxy/passages.ts';
import {makeRecorder} from '../../proxy/record.ts';
import type {Resolve} from '../../proxy/resolve.ts';
import {makeSnapshot} from '../../proxy/snapshot.ts';

/** A policy that a test writes as its answers, for scripts about the gate and not about the language. */
export type FakePolicy = {
	answer(intent: Intent): Decision;
	readonly endpoints?: readonly Partial<Endpoint>[];
	guard?(addresses: readonly string[]): Deny | undefined;
	/** Called before a suggestion is made. */
	suggesting?(): void;
};

export type World = {
	readonly gate: Gate;
	readonly events: Event[];
	readonly denials: () => readonly Denial[];
	readonly reported: Denial[];
	/** Names that were looked up, in order. */
	readonly lookups: string[];
	readonly decisions: string[];
	/** Passages that are live. */
	open(): number;
	swap(policy: FakePolicy): void;
	clock: number;
};

export type WorldOptions = {
	readonly policy?: FakePolicy;
	readonly plugins?: readonly Plugin[];
	readonly resolve?: Resolve;
	readonly caller?: () => Promise<Result<Caller, string>>;
	readonly connectTo?: readonly ConnectTo[];
	readonly canRecord?: () => boolean;
	readonly proposals?: boolean;
};

export const rule = 'github' as RuleKey;
const curl: Caller = {binary: '/usr/bin/curl', ancestors: ['/usr/bin/bash'], pid: 7};

export const deny = (code: Deny['code'], layer: Deny['layer'] = 'l4'): Deny => ({
	kind: 'deny',
	layer,
	code,
	reason: `because ${code}`,
	...(layer === 'l7' && {rule}),
});

export const inspect: Decision = {
	kind: 'inspect',
	layer: 'l4',
	rule,
	because: 'somebody allows it',
};
export const peek: Decision = {kind: 'allow', layer: 'l4', rule, tunnel: 'peek', because: 'l4'};
export const raw: Decision = {kind: 'allow', layer: 'l4', rule, tunnel: 'raw', because: 'l4'};
export const allow: Decision = {kind: 'allow', layer: 'l7', rule, because: 'GET /**'};

/** Inspected; `request` answers for each request inside. */
export const inspected = (request: Decision): FakePolicy => ({
	answer: intent => (intent.kind === 'connection' ? inspect : request),
});

export const everything = (decision: Decision): FakePolicy => ({answer: () => decision});

export const makeWorld = (options: WorldOptions = {}): World => {
	const policies = new WeakMap<CompiledPolicy, FakePolicy>();
	const of = (compiled: CompiledPolicy): FakePolicy => {
		const policy = policies.get(compiled);
		if (policy === undefined) {
			throw new Error('unknown policy');
		}

		return policy;
	};

	const law: Law = {
		evaluate: (compiled, intent) => of(compiled).answer(intent),
		guard: (compiled, _, addresses) => {
			const refusal = of(compiled).guard?.(addresses);
			return refusal === undefined ? ok(addresses) : err(refusal);
		},
		suggest(compiled, {kind, host}) {
			of(compiled).suggesting?.();
			return {
				addRule: {ruleName: `${kind}_${host}` as RuleKey, rule: {} as never},
				isBroader: kind === 'connection',
			};
		},
		endpointsAt: compiled => (of(compiled).endpoints ?? []) as readonly Endpoint[],
	};
	const snapshot = makeSnapshot();
	const passages = makePassages(snapshot);
	const ring = makeDenials();
	const events: Event[] = [];
	const reported: Denial[] = [];
	const lookups: string[] = [];
	const decisions: string[] = [];
	const chain = makeChain([
		...(options.plugins ?? []),
		{
			name: 'observer',
			hooks: {
				onEvent: event => {
					events.push(event);
				},
				onDecision: (intent, decision) => {
					decisions.push(`${intent.kind} ${decision.kind}`);
				},
			},
		},
	]);
	let ids = 0;
	let revision = 0;
	const resolve = options.resolve ?? (async () => ok(['203.0.113.7']));
	const world = {clock: 1000};
	const record = makeRecorder({
		law,
		policy: snapshot,
		chain,
		ring,
		report: denial => {
			reported.push(denial);
		},
		settings: () => ({
			agent_policy_proposals_enabled: options.proposals ?? true,
			proposal_approval_mode: 'manual',
		}),
		now: () => world.clock,
		newId: () => {
			ids += 1;
			return `${ids}`.padStart(26, '0');
		},
	});
	const gate = makeGate({
		law,
		policy: snapshot,
		chain,
		record,
		passages,
		callerOf: options.caller ?? (async () => ok(curl)),
		async resolve(host) {
			lookups.push(host);
			return resolve(host);
		},
		connectTo: options.connectTo ?? [],
		hasToken: ({headers}) => headers.some(([, value]) => value === 'token'),
		canRecord: options.canRecord ?? (() => true),
		now: () => world.clock,
	});
	const swap = (policy: FakePolicy): void => {
		const compiled = {policy: {}} as CompiledPolicy;
		policies.set(compiled, policy);
		revision += 1;
		snapshot.swap({revision, hash: '' as Digest, yaml: '', compiled} satisfies PolicyInForce);
	};

	if (options.policy !== undefined) {
		swap(options.policy);
	}

	return Object.assign(world, {
		gate,
		events,
		denials: () => ring.recent(100),
		reported,
		lookups,
		decisions,
		open: () => passages.size,
		swap,
	});
};

export const api = {host: 'api.example.com' as Host, port: 443};

export const connect = (place: {host: Host; port: number} = api): AskedConnection => ({
	connection: {
		id: 'conn-1',
		remote: {address: '127.0.0.1', port: 40_000},
		local: {address: '127.0.0.1', port: 3128},
	},
	...place,
});

export const exchange = (
	target = '/a',
	{method = 'GET', headers = [['Host', 'api.example.com']] as HeaderPairs} = {},
): Exchange => ({
	id: 'req-1',
	head: {method, target, headers},
	body: (async function* () {})(),
	async respond() {},
	signal: new AbortController().signal,
});

/** A request inside the tunnel of `passage`. */
export const inside = (
	passage: Passage,
	target?: string,
	options?: Parameters<typeof exchange>[1],
): AskedRequest => ({
	connection: connect().connection,
	tunnel: {...api, passage, isTls: true, servername: api.host},
	exchange: exchange(target, options),
});

/** A request on the plain listener. */
export const plainly = (
	target = 'http://api.example.com/a',
	options?: Parameters<typeof exchange>[1],
): AskedRequest => ({connection: connect().connection, exchange: exchange(target, options)});

/** The passage of an admission, or a failed test. */
export const passageOf = (admission: {readonly kind: string}): Passage => {
	if (!('passage' in admission)) {
		throw new Error(`no passage: ${admission.kind}`);
	}

	return admission.passage as Passage;
};

/** Status and parsed body of a refusal, or a failed test. */
export const answerOf = (
	admission: {readonly kind: string} | undefined,
): {readonly status: number; readonly body: Record<string, unknown>} => {
	if (admission === undefined || !('answer' in admission)) {
		throw new Error(`no answer: ${admission?.kind}`);
	}

	const {status, body} = admission.answer as {status: number; body: string};
	return {status, body: JSON.parse(body) as Record<string, unknown>};
};
