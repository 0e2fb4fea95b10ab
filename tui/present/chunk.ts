import type {Chunk} from '../../policies/model/chunk.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {binariesOf, describeEndpoint, endpointsOf} from './endpoint.ts';
import {type Line, plain, styled} from './line.ts';
import {ident, prose, shortHash, time} from './text.ts';

/**
The whole of a chunk, for a ruling: everything the review token covers, what the machine knows before
what the agent claims. Agent text comes last, under a label that says nobody checked it, behind a
gutter, so that no line of it can pass for a finding.
*/
export function presentChunk(chunk: Chunk): readonly Line[] {
	return [...facts(chunk), ...evidence(chunk), ...resultingRule(chunk), ...claims(chunk)];
}

/** The header of `rule get`; "chunk" is singular only for exactly one. */
export const presentHeader = (revision: number, count: number): Line => [
	styled('strong', 'Network Rules:'),
	{text: `  (version ${revision}, ${count} ${count === 1 ? 'chunk' : 'chunks'})`},
];

function facts(chunk: Chunk): readonly Line[] {
	const {rule} = chunk.operation.addRule;
	return [
		field('Chunk', ident(chunk.id)),
		[...field('Status', ident(chunk.status)), ...phaseNote(chunk)],
		field('Rule', ident(chunk.rule_name)),
		...(chunk.landing_rule === chunk.rule_name || chunk.landing_rule === ''
			? []
			: [field('Lands in', ident(chunk.landing_rule))]),
		...optional('Binary', ident(chunk.binary)),
		field('Confidence', `${Math.round(chunk.confidence * 100)}%`),
		...optional('Security', ident(chunk.security_notes), 'warning'),
		...optional('Prover', ident(chunk.validation_result)),
		...optional('Application', ident(chunk.application_error), 'bad'),
		...optional('Rejected', ident(chunk.rejection_reason), 'bad'),
		...optional('Guidance code', ident(chunk.guidance_code)),
		...optional('Candidate', shortHash(chunk.candidate_effective_policy_hash)),
		field('Tier', tierNote(chunk), chunk.tier === 'advisory' ? 'warning' : undefined),
		...list('Endpoints', endpointsOf(rule).map(describeEndpoint)),
		...list('Binaries', binariesOf(rule)),
		...list('Warnings', chunk.warnings.map(ident), 'warning'),
		...hits(chunk),
		...optional('Token', shortHash(chunk.review_token)),
	];
}

const phaseNote = ({phase}: Chunk): Line =>
	phase === 'reviewing' || phase === 'active' ? [] : [{text: ` (${phase})`}];

const tierNote = ({tier}: Chunk): string =>
	tier === 'advisory' ? 'advisory: the program could get round the proxy' : tier;

function hits(chunk: Chunk): readonly Line[] {
	const seen = `(first seen ${time(chunk.first_seen_ms)}, last seen ${time(chunk.last_seen_ms)})`;
	return chunk.hit_count > 0 ? [field('Hits', `${chunk.hit_count} ${seen}`)] : [];
}

/** What the sandbox's own proxy recorded, or that nothing was. */
function evidence({denials, origin}: Chunk): readonly Line[] {
	if (denials.length > 0) {
		return list('Denials cited', denials.map(describeDenial));
	}

	return origin === 'operator'
		? []
		: [
				field(
					'Denials cited',
					'none: UNPROMPTED, no recorded denial of this sandbox asks for it',
					'warning',
				),
			];
}

const describeDenial = (denial: Denial): string => {
	const asked =
		denial.method === undefined
			? `CONNECT ${ident(denial.host)}:${denial.port}`
			: `${ident(denial.method)} ${ident(denial.host)}:${denial.port}${ident(denial.path ?? '')}`;
	const by = denial.binary === undefined ? '' : ` by ${ident(denial.binary)}`;
	return `${asked}${by} [${ident(denial.layer)}, ${ident(denial.code)}, ${ident(denial.denial_id)}]`;
};

/** The gateway bounds a rule; what is ruled on is never cut. */
const wholeRule = Number.POSITIVE_INFINITY;

const resultingRule = ({resulting_rule: rule}: Chunk): readonly Line[] =>
	rule === ''
		? []
		: [label('Resulting rule'), ...prose(rule, wholeRule).map(line => plain(`    ${line}`))];

const claims = ({rationale}: Chunk): readonly Line[] =>
	rationale === ''
		? []
		: [
				[...label('Rationale'), styled('muted', ' (the agent wrote this; unverified)')],
				...prose(rationale).map(
					(line): Line => [{text: '    '}, styled('muted', '┊ '), {text: line}],
				),
			];

const label = (name: string): Line => [{text: '  '}, styled('label', `${name}:`)];

const field = (name: string, value: string, style?: 'warning' | 'bad'): Line => [
	...label(name),
	{text: ' '},
	style === undefined ? {text: value} : styled(style, value),
];

const optional = (name: string, value: string, style?: 'warning' | 'bad'): readonly Line[] =>
	value === '' ? [] : [field(name, value, style)];

/** One value stays on the label's line, more get a line each. */
function list(name: string, values: readonly string[], style?: 'warning' | 'bad'): readonly Line[] {
	const [first, ...more] = values;
	if (first === undefined) {
		return [];
	}

	return more.length === 0
		? [field(name, first, style)]
		: [label(name), ...values.map((value): Line => [{text: `    ${value}`}])];
}
