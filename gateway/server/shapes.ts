import {clean, cleanIdent, cleanProse} from '../../policies/model/clean.ts';
import {type DenialCode, denialCodes} from '../../policies/model/codes.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {parseId, type RuleKey} from '../../policies/model/names.ts';
import {parseOperation} from '../../policies/model/operation-parse.ts';
import type {LoadReport} from '../client/wire.ts';
import {maxDenialBatch, maxPolicyLength, maxTextLength} from '../service/limits.ts';
import {anything, flag, integer, list, object, oneOf, parsed, type Shape, text} from './shape.ts';

/** The bodies of `wire.ts` as they are read: exact keys, bounded, texts from outside cleaned. */

/** Names, paths and hosts: what must not look like another. */
const ident =
	(maxLength: number): Shape<string> =>
	(value, at) =>
		cleanIdent(text(maxLength * 2)(value, at), maxLength);

const line: Shape<string> = (value, at) => clean(text(maxBodyText)(value, at), maxTextLength);

const prose: Shape<string> = (value, at) =>
	cleanProse(text(maxBodyText)(value, at), maxTextLength).text;

/** Longer than what is kept, so that a long text is cut and not refused. */
const maxBodyText = 64 * 1024;

const maxTime = Number.MAX_SAFE_INTEGER;

const code: Shape<DenialCode> = (value, at) =>
	oneOf(...(Object.keys(denialCodes) as DenialCode[]))(value, at);

const denialFields = object(
	{
		denial_id: parsed(value => parseId('denial', value)),
		at: integer(0, maxTime),
		code,
		layer: oneOf('l4', 'l7'),
		host: ident(260),
		port: integer(0, 65_535),
		detail: line,
		reason: line,
	},
	{
		binary: ident(1024),
		method: ident(64),
		path: ident(4096),
		policy: ident(128),
		suggested_operation: anything,
		suggestion_is_broader: flag,
	},
);

/** A suggestion that does not parse is left out: it is advice, and the refusal is the fact. */
const denialShape: Shape<Denial> = (value, at) => {
	const {suggested_operation: suggestion, policy, ...fields} = denialFields(value, at);
	const operation =
		suggestion === undefined ? undefined : parseOperation(suggestion, {author: 'operator'});
	return {
		...fields,
		...(policy !== undefined && {policy: policy as RuleKey}),
		...(operation?.ok && {suggested_operation: operation.value}),
	} as Denial;
};

export const denialBatch = object({
	denials: list(denialShape, maxDenialBatch),
	dropped: integer(0, 1_000_000_000),
});

export const submission = object(
	{
		mode: oneOf('agent_authored', 'mechanistic'),
		intent_summary: prose,
		operations: list(anything, 1000),
		denials: list(denialShape, maxDenialBatch),
	},
	{
		supersedes: list(
			parsed(value => parseId('chunk', value)),
			100,
		),
	},
);

export const attachRequest = object({
	policy_yaml: text(maxPolicyLength),
	settings: object(
		{},
		{agent_policy_proposals_enabled: flag, proposal_approval_mode: oneOf('manual', 'auto')},
	),
	tier: oneOf('full', 'ports', 'advisory'),
	workdir: text(4096),
	resume: flag,
	replace_policy: flag,
});

const via = oneOf('cli', 'tui', 'api', 'demo');
const token = text(64);

export const approveRequest = object({review_token: token}, {via});

export const rejectRequest = object(
	{reason: prose, guidance_code: ident(64)},
	{review_token: token, via},
);

const loaded = object({loaded: flag}, {error: line});

export const loadReport: Shape<LoadReport> = (value, at) => {
	const report = loaded(value, at);
	return report.loaded
		? {loaded: true}
		: {loaded: false, error: report.error ?? 'no reason was given'};
};
