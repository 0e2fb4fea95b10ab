import type {DenialCode} from './codes.ts';
import type {DenialId, RuleKey} from './names.ts';
import type {Operation} from './operation.ts';

/**
A decision as the client is told of it, and as the proxy's ring, the gateway and the reviewer
keep it. Safe to show: no query string, header or body is in it, high-entropy path segments
are masked, and every string from outside has been cleaned.
*/
export type Denial = {
	readonly denial_id: DenialId;
	/** Milliseconds since the epoch. */
	readonly at: number;
	readonly code: DenialCode;
	readonly layer: 'l4' | 'l7';
	readonly host: string;
	readonly port: number;
	readonly binary?: string;
	readonly method?: string;
	/** Canonical, masked. */
	readonly path?: string;
	readonly policy?: RuleKey;
	/** One sentence that names what was asked for: `CONNECT h:p not permitted by policy`. */
	readonly detail: string;
	/** Why, in the words of the policy. */
	readonly reason: string;
	/** The smallest operation that would admit exactly this; absent where no proposal could help. */
	readonly suggested_operation?: Operation;
	/** The suggestion opens more than was asked for, because the request itself could not be seen. */
	readonly suggestion_is_broader?: boolean;
};
