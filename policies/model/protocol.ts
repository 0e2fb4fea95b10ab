import type {Intent, RequestIntent} from './intent.ts';
import type {AddRule} from './operation.ts';
import type {Endpoint, Problem} from './policy.ts';
import type {Result} from './result.ts';

/**
What a protocol plugin teaches the policy language: one value of `protocol:`. Pure. The same
words load in proxy, gateway and CLI; who lacks one refuses the policy that uses it.
*/
export type ProtocolWord = {
	/** The value of `protocol:`, lower case. */
	readonly name: string;
	/** An l4 word decides on the place alone; an l7 word sees each request. */
	readonly layer: 'l4' | 'l7';
	/** Changes whenever meaning changes: part of every review token. */
	readonly version: string;
	/** What of a request must be seen before `match` can answer. */
	readonly seesFirst: SeesFirst;
	/** Turns the rules, presets and deny rules of one endpoint into clauses, or says what is wrong. */
	parse(endpoint: Endpoint): Result<readonly Clause[], readonly Problem[]>;
	/** The smallest rule that would admit this intent, or undefined where none could. */
	missing(intent: Intent, known: Known): Missing | undefined;
};

export type SeesFirst =
	| {readonly kind: 'nothing'}
	| {readonly kind: 'head'}
	| {readonly kind: 'body'; readonly maxBytes: number}
	| {readonly kind: 'messages'; readonly maxBytes: number}
	| {readonly kind: 'pkt-lines'; readonly maxBytes: number};

/** What the policy already says of the place, so that a suggestion is not ambiguous beside it. */
export type Known = {
	/** The endpoints declared for this host and port, for any binary. */
	readonly endpoints: readonly Endpoint[];
};

export type Missing = {
	readonly addRule: AddRule;
	/** Opens more than the intent asked for. */
	readonly isBroader: boolean;
};

/** Three answers. `unknown` never leaves the house: it is treated as a deny. */
export type Match = 'hit' | 'miss' | 'unknown';

/** One allow or deny rule of one endpoint, compiled. */
export type Clause = {
	readonly effect: 'allow' | 'deny';
	match(request: RequestIntent): Match;
	/** Half a sentence: `PUT /repos/acme/*`. */
	explain(): string;
	/** Exactly the requests this clause matches, for the prover; undefined: cannot be said, so nothing is proved. */
	language(): RequestLanguage | undefined;
};

/** A set of requests in the dimensions that the prover works in. */
export type RequestLanguage = {
	/** Upper case; `any` is every method. GET stands for GET and HEAD. */
	readonly methods: 'any' | readonly string[];
	/** A path glob in the one dialect. */
	readonly path: string;
	/** Each key must be present; for `allow` all values must match, for `deny` any. */
	readonly query: ReadonlyMap<string, readonly string[]>;
};

/** Protocol words by name. */
export type Registry = ReadonlyMap<string, ProtocolWord>;
