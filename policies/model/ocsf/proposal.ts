import type {ProposalEvent} from '../event.ts';
import type {Ruling} from '../revision.ts';
import {classified, outcomes, severity, success} from './captions.ts';
import {maxName, maxText, maxWritten} from './limits.ts';
import type {Mapped} from './mapped.ts';
import {type OcsfRecord, present} from './record.ts';
import {bounded, freeText, writtenText} from './text.ts';

/** Class 5019: a change to a sandbox's policy is proposed, or ruled on (contract §5.9). */
export const proposalFields = (event: ProposalEvent): Mapped => ({
	className: 'config',
	code: eventCode(event),
	correlation: event.chunk,
	fields: {...classified('config', 1, 'Log'), ...success, ...kindFields(event)},
});

/** Who decided is part of the kind: a person's approval and an automatic one are not the same event. */
function eventCode(event: ProposalEvent): string {
	if (event.kind === 'proposal.proposed') {
		return event.kind;
	}

	const word = event.kind === 'proposal.approved' ? 'approved' : 'rejected';
	switch (event.ruling.by.kind) {
		case 'auto':
			return `proposal.auto_${word}`;
		case 'reviewer_agent':
			return `proposal.agent_${word}`;
		case 'person':
		case 'system':
			return event.kind;
	}
}

function kindFields(event: ProposalEvent): OcsfRecord {
	const summary = writtenText(event.summary, maxText);
	switch (event.kind) {
		case 'proposal.proposed':
			return {
				...severity('info'),
				message: `${event.origin ?? 'agent_authored'} proposal: ${summary}`,
				...labelled('Proposed'),
				unmapped: present({
					chunk_id: event.chunk,
					source: event.origin ?? 'agent_authored',
					denial_id: event.denials[0],
					denial_count: event.denials.length,
					hosts: hostsOf(event),
				}),
			};
		case 'proposal.approved':
			return {
				...severity(event.ruling.by.kind === 'reviewer_agent' ? 'low' : 'info'),
				...outcomes.approved,
				message: `gateway approved draft chunk ${event.chunk}: ${summary}`,
				...labelled('Approved'),
				...decided(event.ruling, 'approved'),
				unmapped: {
					...rulingExtras(event),
					policy_version: String(event.revision),
					policy_hash: `sha256:${event.ruling.candidate_hash}`,
				},
			};
		case 'proposal.rejected':
			return {
				...severity('low'),
				...outcomes.rejected,
				message: `gateway ${verbs[event.ruling.action]} draft chunk ${event.chunk}: ${summary}`,
				status_code: 'proposal_rejected',
				status_detail: writtenText(event.ruling.reason, maxWritten) || '(no guidance)',
				...labelled(states[event.ruling.action]),
				...decided(event.ruling, 'rejected'),
				unmapped: rulingExtras(event),
			};
	}
}

const verbs: Readonly<Record<Ruling['action'], string>> = {
	approve: 'rejected',
	edit: 'rejected',
	reject: 'rejected',
	undo: 'undid',
	revoke: 'revoked',
	expire: 'expired',
};

const states: Readonly<Record<Ruling['action'], string>> = {
	approve: 'Rejected',
	edit: 'Rejected',
	reject: 'Rejected',
	undo: 'Undone',
	revoke: 'Revoked',
	expire: 'Expired',
};

const labelled = (state: string): OcsfRecord => ({state_id: 99, state});

function decided(ruling: Ruling, decision: string): OcsfRecord {
	return {
		actor: actor(ruling),
		authorizations: [
			{decision, policy: {name: 'proposal_approval_mode', version: modes[ruling.by.kind]}},
		],
	};
}

const modes = {
	person: 'manual',
	auto: 'auto',
	reviewer_agent: 'automatic',
	system: 'system',
} as const;

function actor({by}: Ruling): OcsfRecord {
	const name = bounded(by.name, maxName) || by.kind;
	switch (by.kind) {
		case 'person':
			return {user: {name, type_id: 2, type: 'Admin'}, app_name: by.via};
		case 'reviewer_agent':
			return {user: {name, type_id: 4, type: 'Service'}, app_name: by.via};
		case 'auto':
			return {app_name: 'auto-approver'};
		case 'system':
			return {app_name: `${by.via}: ${name}`};
	}
}

const hostsOf = ({hosts}: ProposalEvent): string => bounded(hosts.join(' '), maxText);

type RulingEvent = Extract<ProposalEvent, {readonly ruling: Ruling}>;

function rulingExtras(event: RulingEvent): OcsfRecord {
	const {ruling} = event;
	return present({
		chunk_id: event.chunk,
		hosts: hostsOf(event),
		ruling_id: ruling.id,
		decided_by: ruling.by.kind,
		tier: ruling.tier,
		auto: ruling.by.kind === 'auto' ? 'true' : undefined,
		guidance_code:
			ruling.guidance_code === '' ? undefined : freeText(ruling.guidance_code, maxWritten),
		review_token: ruling.review_token,
	});
}
