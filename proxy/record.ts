import {denialCodes} from '../policies/model/codes.ts';
import type {Decision, Deny} from '../policies/model/decision.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Intent} from '../policies/model/intent.ts';
import type {Answer, PolicyPort} from '../policies/model/plugin.ts';
import type {Missing} from '../policies/model/protocol.ts';
import type {Settings} from '../policies/model/settings.ts';
import type {Chain} from './chain.ts';
import {makeDenial} from './denial.ts';
import type {Denials} from './denials.ts';
import {deniedEvent, failedEvent} from './events.ts';
import type {Law} from './law.ts';
import type {Subject} from './subject.ts';

/** Where decisions go: the ring, the gateway, the plugins. Nothing here is waited for. */
export type Recorder = {
	/** Records a refusal, or a failure of what policy allows, and gives the answer the client reads. */
	refused(subject: Subject, deny: Deny, intent: Intent | undefined): Answer;
	allowed(intent: Intent, decision: Exclude<Decision, Deny>): void;
};

export type RecorderDeps = {
	readonly law: Law;
	readonly policy: PolicyPort;
	readonly chain: Chain;
	readonly ring: Denials;
	/** Queues a row for the gateway. */
	report(denial: Denial): void;
	settings(): Settings;
	now(): number;
	/** A ULID. */
	newId(): string;
};

export const makeRecorder = (deps: RecorderDeps): Recorder => ({
	refused(subject, deny, intent) {
		const missing = intent === undefined ? undefined : suggestion(deps, deny, intent);
		const made = {at: deps.now(), ulid: deps.newId()};
		const denial = makeDenial(made, subject, deny, missing);
		if (isFailure(deny)) {
			deps.chain.tell(failedEvent(subject, made.at, deny.code, deny.reason));
			return deps.chain.render(denial);
		}

		if (isKept(deny)) {
			deps.ring.add(denial);
			deps.report(denial);
		}

		deps.chain.tell(deniedEvent(denial, subject, deny));
		if (intent !== undefined) {
			deps.chain.decided(intent, deny);
		}

		return deps.chain.render(denial);
	},
	allowed: (intent, decision) => deps.chain.decided(intent, decision),
});

/** Allowed, but it could not be carried out: no denial of ours, so it is not remembered as one. */
const isFailure = ({code}: Deny): boolean => denialCodes[code].error === 'upstream_unreachable';

/** What is not about policy or a request (overload, a stranger without the token) would only push out what is. */
const isKept = ({code}: Deny): boolean =>
	!['overloaded', 'proxy_authentication_required'].includes(denialCodes[code].error);

/**
Absent where no proposal could help, and where proposals are off (decision 21). It is a courtesy:
that it cannot be made must not change the refusal.
*/
const suggestion = (deps: RecorderDeps, deny: Deny, intent: Intent): Missing | undefined => {
	const policy = deps.policy.current();
	const isWanted =
		denialCodes[deny.code].proposable && deps.settings().agent_policy_proposals_enabled;
	try {
		return policy !== undefined && isWanted
			? deps.law.suggest(policy.compiled, intent, deny)
			: undefined;
	} catch {
		return undefined;
	}
};
