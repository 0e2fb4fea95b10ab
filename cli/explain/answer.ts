import type {DenialCode} from '../../policies/model/codes.ts';
import type {CompiledPolicy} from '../../policies/model/compile.ts';
import type {Decision} from '../../policies/model/decision.ts';
import {evaluate} from '../../policies/model/evaluate.ts';
import {intentOf, type Question} from './question.ts';

/** What a policy answers, in one flat record (the line of `--batch`). */
export type Answer = {
	readonly decision: 'allow' | 'deny' | 'audit';
	readonly layer: 'l4' | 'l7';
	/** The rule that decided, where one names the place for this program. */
	readonly matched_policy: string | null;
	/** Why it is denied, or would be; absent from an allow. */
	readonly code: DenialCode | null;
	readonly reason: string;
};

/** Asks the same law that the proxy obeys. */
export function answerOf(question: Question, policy: CompiledPolicy): Answer {
	const intent = intentOf(question, policy);
	if (!intent.ok) {
		const layer = question.method === undefined ? 'l4' : 'l7';
		return {decision: 'deny', layer, matched_policy: null, ...intent.error};
	}

	return flat(evaluate(policy, intent.value));
}

function flat(decision: Decision): Answer {
	const {layer} = decision;
	const matched = {layer, matched_policy: decision.rule ?? null};
	switch (decision.kind) {
		case 'allow': {
			return {decision: 'allow', ...matched, code: null, reason: decision.because};
		}

		// Reaching an inspected place is allowed; each request inside is asked again.
		case 'inspect': {
			return {
				decision: 'allow',
				...matched,
				code: null,
				reason: `${decision.because}; each request inside is asked again`,
			};
		}

		case 'audit':
		case 'deny': {
			return {decision: decision.kind, ...matched, code: decision.code, reason: decision.reason};
		}
	}
}
