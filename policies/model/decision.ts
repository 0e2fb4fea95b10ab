import type {DenialCode} from './codes.ts';
import type {RuleKey} from './names.ts';

/** An intent's answer, with its ground. Only `evaluate` and the guard make one that allows. */
export type Decision = Allow | Audit | Inspect | Deny;

export type Allow = {
	readonly kind: 'allow';
	readonly layer: 'l4' | 'l7';
	/** Smallest map key among the rules that match at L4. */
	readonly rule: RuleKey;
	/** At L4: `raw` is `tls: skip`; `peek` is a tunnel whose first bytes are read (client-first TLS must name the host). */
	readonly tunnel?: 'raw' | 'peek';
	readonly word?: Word;
	/** What matched, in half a sentence. */
	readonly because: string;
};

/** The protocol word whose rules answered; absent where none was asked. */
type Word = string;

/** A rule would deny it, but every in-scope inspected endpoint is `enforcement: audit`. It is forwarded and recorded. */
export type Audit = {
	readonly kind: 'audit';
	readonly layer: 'l7';
	readonly rule: RuleKey;
	readonly word: Word;
	readonly code: DenialCode;
	readonly reason: string;
};

/** At L4: somebody allows the place, but each request inside must be seen. */
export type Inspect = {
	readonly kind: 'inspect';
	readonly layer: 'l4';
	readonly rule: RuleKey;
	readonly because: string;
};

export type Deny = {
	readonly kind: 'deny';
	readonly layer: 'l4' | 'l7';
	readonly rule?: RuleKey;
	readonly word?: Word;
	readonly code: DenialCode;
	readonly reason: string;
};
