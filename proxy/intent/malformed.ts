import type {DenialCode} from '../../policies/model/codes.ts';

/** Something that cannot become an intent. It is answered and recorded, and goes nowhere. */
export type Malformed = {
	readonly code: DenialCode;
	/** What is wrong and what to send instead, without anything secret from the request. */
	readonly reason: string;
	/** The place it named, as far as that could be read. */
	readonly host?: string;
	readonly port?: number;
};
