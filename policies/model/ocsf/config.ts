import type {ProxyEvent} from '../event.ts';
import {classified, failure, severity, success} from './captions.ts';
import {maxText} from './limits.ts';
import {policyInForce} from './parts.ts';
import {type Envelope, type OcsfRecord, present} from './record.ts';
import {freeText} from './text.ts';

type PolicyEvent = Extract<
	ProxyEvent,
	{readonly kind: 'policy.loaded' | 'policy.reloaded' | 'policy.load_failed'}
>;

const secure: OcsfRecord = {security_level_id: 1, security_level: 'Secure'};
const enabled: OcsfRecord = {state_id: 2, state: 'Enabled'};

/** Class 5019: the policy of a sandbox changes, or fails to. */
export const configFields = (event: PolicyEvent, envelope: Envelope): OcsfRecord => ({
	...classified('config', 1, 'Log'),
	...(event.kind === 'policy.load_failed'
		? refusedPolicy(event, envelope)
		: loaded(event, envelope)),
});

type Loaded = Extract<PolicyEvent, {readonly kind: 'policy.loaded' | 'policy.reloaded'}>;

function loaded(event: Loaded, {sandbox}: Envelope): OcsfRecord {
	return {
		...severity('info'),
		...success,
		message:
			event.kind === 'policy.reloaded'
				? 'Policy reloaded successfully'
				: `Policy loaded from ${event.source}`,
		...enabled,
		...secure,
		policy: {
			name: sandbox.name,
			uid: `sha256:${event.hash}`,
			version: String(event.revision),
			is_applied: true,
		},
		unmapped: present({
			source: event.source,
			prev_policy_version:
				event.previousRevision === undefined ? undefined : String(event.previousRevision),
			policy_version: String(event.revision),
			policy_hash: `sha256:${event.hash}`,
			rule_count: event.ruleCount,
		}),
	};
}

type LoadFailed = Extract<PolicyEvent, {readonly kind: 'policy.load_failed'}>;

function refusedPolicy(event: LoadFailed, envelope: Envelope): OcsfRecord {
	const {policy} = envelope;
	return present({
		...severity('high'),
		...failure,
		message: `Policy v${event.revision} rejected, ${event.isPreviousKept ? 'previous policy stays active' : 'nothing is allowed'}`,
		status_code: 'policy_invalid',
		status_detail: freeText(event.error, maxText),
		...(event.isPreviousKept ? keptPrevious : failedClosed),
		policy: policyInForce(envelope),
		is_alert: true,
		unmapped: present({
			source: event.source,
			candidate_version: String(event.revision),
			policy_version: policy && String(policy.revision),
			policy_hash: policy && `sha256:${policy.hash}`,
			mode: event.isPreviousKept ? 'retain_previous' : 'fail_closed',
		}),
	});
}

const atRisk: OcsfRecord = {security_level_id: 2, security_level: 'At Risk'};

const keptPrevious: OcsfRecord = {
	...enabled,
	...atRisk,
	prev_security_level_id: 1,
	prev_security_level: 'Secure',
	security_states: [{state_id: 2, state: 'Policy mismatch'}],
};

const failedClosed: OcsfRecord = {
	state_id: 1,
	state: 'Disabled',
	...atRisk,
	security_states: [{state_id: 5, state: 'Protection malfunction'}],
};
