import fc from 'fast-check';
import {type DenialCode, denialCodes} from '../../policies/model/codes.ts';
import type {Event} from '../../policies/model/event.ts';
import type {Envelope} from '../../policies/model/ocsf/record.ts';

/** Strings as an attacker picks them: forged lines, brackets, controls, bidi, queries, secrets. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
	fc.string({unit: 'binary', maxLength: 40}),
	fc.string({maxLength: 2000}),
	fc.constantFrom(
		'',
		'a\n2026-11-21T21:30:14.000Z OCSF HTTP:POST [MED] DENIED x',
		'\r\n] [reason:all good',
		'[policy:ok engine:opa] ALLOWED',
		'\u202egnp.exe\u2028\u2029\u0085\u009b31m\u001b[2J',
		'/p?access_token=s3cr3t',
		'https://u:p@h/p?access_token=s3cr3t#f',
		'\ud800',
		'__proto__',
		'\\',
	),
);

const at = fc.integer({min: 1_500_000_000_000, max: 4_000_000_000_000});
const port = fc.integer({min: 0, max: 65_535});
const count = fc.nat();
const code = fc.constantFrom(...(Object.keys(denialCodes) as DenialCode[]));
const address = fc.oneof(fc.ipV4(), fc.ipV6(), hostileText);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
	fc.option(value, {nil: undefined});
const text = hostileText;
/** Ids and rule keys are made or checked by us, so they never hold a query. */
const key = hostileText.filter(value => !value.includes('?'));

const place = {
	at,
	connection: key,
	host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), text),
	port,
	address: maybe(address),
	client: maybe(fc.record({address, port})),
	caller: maybe(
		fc.record({binary: key, ancestors: fc.array(key, {maxLength: 5}), pid: maybe(fc.nat())}),
	),
	rule: maybe(key),
	engine: fc.constantFrom('opa', 'l7-rest', 'ssrf', 'tls'),
	connectTo: maybe(fc.boolean()),
};
const refused = {code, reason: text, denial: key};
const request = {
	...place,
	request: key,
	scheme: fc.constantFrom('http' as const, 'https' as const),
	method: fc.oneof(fc.constantFrom('GET', 'POST', 'PROPFIND', 'Other'), text),
	path: fc.oneof(fc.webPath(), text),
};
const chunkFacts = {
	at,
	sandbox: key,
	chunk: key,
	origin: maybe(fc.constantFrom('agent_authored', 'mechanistic', 'operator')),
	summary: text,
	hosts: fc.array(key, {maxLength: 3}),
};
const ruling = fc.record({
	id: key,
	chunk_id: key,
	action: fc.constantFrom('approve', 'reject', 'edit', 'undo', 'revoke', 'expire'),
	by: fc.record({
		kind: fc.constantFrom('person', 'auto', 'reviewer_agent', 'system'),
		name: key,
		via: fc.constantFrom('cli', 'tui', 'api', 'demo'),
	}),
	tier: fc.constantFrom('full', 'ports', 'advisory'),
	review_token: key,
	candidate_hash: key,
	reason: text,
	guidance_code: key,
	at: text,
});
const source = fc.constantFrom('gateway', 'file');

/** One arbitrary per kind of event, by kind, so that a test can name what it has covered. */
const eventsByKind: {readonly [K in Event['kind']]: fc.Arbitrary<unknown>} = {
	'proxy.started': fc.record({
		at,
		revision: count,
		pid: count,
		previousWasKilled: fc.boolean(),
		overrides: fc.array(text, {maxLength: 3}),
	}),
	'proxy.listening': fc.record({at, address, port}),
	'proxy.stopped': fc.record({
		at,
		signal: text,
		openConnections: count,
		durationMs: fc.double({noNaN: true, min: -5, max: 1e12}),
	}),
	'policy.loaded': fc.record({
		at,
		source,
		revision: count,
		hash: key,
		ruleCount: count,
		previousRevision: maybe(count),
	}),
	'policy.reloaded': fc.record({
		at,
		source,
		revision: count,
		hash: key,
		ruleCount: count,
		previousRevision: maybe(count),
	}),
	'policy.load_failed': fc.record({
		at,
		source,
		revision: count,
		error: text,
		isPreviousKept: fc.boolean(),
	}),
	'log.degraded': fc.record({at, count, firstSequence: count, lastSequence: count, cause: text}),
	'net.open.allowed': fc.record({...place, because: text}),
	'net.open.denied': fc.record({...place, ...refused}),
	'net.ssrf.blocked': fc.record({...place, ...refused}),
	'net.tls.failed': fc.record({...place, side: fc.constantFrom('client', 'upstream'), error: text}),
	'net.upstream.failed': fc.record({...place, code, error: text}),
	'net.close': fc.record({
		...place,
		bytesIn: count,
		bytesOut: count,
		durationMs: fc.integer({min: 0, max: 100_000}),
		cause: maybe(text),
	}),
	'http.request.allowed': fc.record({
		...request,
		status: fc.integer({min: 100, max: 599}),
		latencyMs: fc.double({noNaN: true, min: 0, max: 1e9}),
	}),
	'http.request.denied': fc.record({
		...request,
		...refused,
		status: fc.integer({min: 100, max: 599}),
	}),
	'http.request.audited': fc.record({
		...request,
		status: fc.integer({min: 100, max: 599}),
		latencyMs: count,
		code,
		reason: text,
	}),
	'http.upstream.failed': fc.record({
		...request,
		status: fc.integer({min: 100, max: 599}),
		code,
		error: text,
	}),
	'proposal.proposed': fc.record({...chunkFacts, denials: fc.array(key, {maxLength: 3})}),
	'proposal.approved': fc.record({...chunkFacts, ruling, revision: count}),
	'proposal.rejected': fc.record({...chunkFacts, ruling}),
};

/** Any event, with hostile text wherever text can stand. */
export const anyEvent: fc.Arbitrary<Event> = fc.oneof(
	...Object.entries(eventsByKind).map(([kind, arbitrary]) =>
		arbitrary.map(fields => withoutAbsent({kind, ...(fields as object)}) as Event),
	),
);

/** Real events leave out what they do not know. */
function withoutAbsent(fields: object): object {
	return Object.fromEntries(
		Object.entries(fields)
			.filter(([, value]) => value !== undefined)
			.map(([key, value]) => [
				key,
				typeof value === 'object' && value !== null && !Array.isArray(value)
					? withoutAbsent(value)
					: value,
			]),
	);
}

/** An envelope that a test need not think about. */
export const envelope = (more: Partial<Envelope> = {}): Envelope => ({
	uid: '01a20004-23a8-7025-805b-5a0000001eef',
	sequence: 1,
	boot: 3,
	component: 'proxy',
	version: '0.1.0',
	sandbox: {name: 'demo', id: 'sbx_01JD8Q4ZK30000000000000000'},
	policy: {revision: 7, hash: 'ab'.repeat(32)},
	...more,
});
