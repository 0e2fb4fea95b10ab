import type {DenialCode} from '../policies/model/codes.ts';
import {type CompiledPolicy, endpointsAt} from '../policies/model/compile.ts';
import type {Decision, Deny} from '../policies/model/decision.ts';
import {evaluate} from '../policies/model/evaluate.ts';
import {guard, type Surroundings} from '../policies/model/guard.ts';
import type {Intent} from '../policies/model/intent.ts';
import type {Host} from '../policies/model/names.ts';
import type {Endpoint} from '../policies/model/policy.ts';
import type {Missing, Registry} from '../policies/model/protocol.ts';
import type {Result} from '../policies/model/result.ts';
import {suggest} from '../policies/model/suggest.ts';

/** What the gate asks of the law, with what only this machine knows filled in. */
export type Law = {
	evaluate(policy: CompiledPolicy, intent: Intent): Decision;
	/** The addresses that may be dialled for an allowed intent, in canonical form: all of them, or none. */
	guard(
		policy: CompiledPolicy,
		intent: Intent,
		addresses: readonly string[],
	): Result<readonly string[], {readonly code: DenialCode; readonly reason: string}>;
	/** The smallest operation that would admit this intent; undefined where no proposal could help. */
	suggest(policy: CompiledPolicy, intent: Intent, deny: Deny): Missing | undefined;
	/** The endpoints declared for this host and port, for any binary. */
	endpointsAt(policy: CompiledPolicy, host: Host, port: number): readonly Endpoint[];
};

export const makeLaw = (words: Registry, surroundings: () => Surroundings): Law => ({
	evaluate,
	guard: (policy, intent, addresses) => guard(policy, intent, addresses, surroundings()),
	suggest: (policy, intent, deny) => suggest(policy, intent, deny, words),
	endpointsAt,
});
