import {clean} from '../../policies/model/clean.ts';
import {type DenialCode, denialCodes} from '../../policies/model/codes.ts';
import {presentChunk} from '../../tui/present/chunk.ts';
import {type Line, plain, type Style, styled} from '../../tui/present/line.ts';
import {ident, shortHash} from '../../tui/present/text.ts';
import type {AgentStep, PushStep, Step, StoryStep} from './steps.ts';

/** Tells the steps of the demonstration to a newcomer, numbered, each with the time it happened at. */
export function makeNarrator(): (step: Step) => readonly Line[] {
	let count = 0;
	return step => {
		const {title, lines} = isStory(step) ? tellStory(step) : tellAgent(step);
		if (title === undefined) {
			return lines;
		}

		count += 1;
		const seconds = `${((step.ms ?? 0) / 1000).toFixed(2)} s`;
		return [
			plain(''),
			[
				styled('strong', String(count).padStart(2)),
				{text: `  ${title}  `},
				styled('muted', seconds),
			],
			...lines,
		];
	};
}

/** A step with a title gets a number; one without belongs to the step before. */
type Told = {readonly title?: string; readonly lines: readonly Line[]};

const storySteps = new Set(['prepared', 'review', 'ruled', 'verified', 'finished']);

const isStory = (step: Step): step is StoryStep => storySteps.has(step.step);

function tellAgent(step: AgentStep): Told {
	switch (step.step) {
		case 'started': {
			return {lines: []};
		}

		case 'request': {
			const note = step.note === '' ? '' : ` (${clean(step.note)})`;
			const asked = `${ident(step.method)} ${ident(step.url)}`;
			return {title: `The agent sends ${asked} → ${step.status}${note}`, lines: []};
		}

		case 'denied': {
			return {
				lines: [
					below('bad', `Denied at ${ident(step.layer).toUpperCase()}: ${clean(step.detail)}`),
					below('muted', `${whyOf(step.reason)} (${ident(step.denial_id)})`),
				],
			};
		}

		case 'read_skill': {
			return {
				lines: [
					below('muted', `It reads ${ident(step.path)}, as the denial says: ${step.lines} lines.`),
				],
			};
		}

		case 'proposed': {
			const broader = 'A tunnel cannot be looked into, so this is broader than the one push.';
			return {
				title: `The agent proposes a rule: "${clean(step.intent)}"`,
				lines: step.broader ? [below('warning', broader)] : [],
			};
		}

		case 'waited': {
			const loaded = step.policy_reloaded ? ', and the new policy is loaded' : '';
			return {
				lines: [
					below(
						'good',
						`Its wait ends after ${step.waited_ms} ms: ${ident(step.status)}${loaded}.`,
					),
				],
			};
		}

		default: {
			return tellPush(step);
		}
	}
}

function tellPush(step: PushStep): Told {
	switch (step.step) {
		case 'pushing': {
			const title = `The agent runs git push ${ident(step.url)} (${shortHash(step.commit)})`;
			return {title, lines: []};
		}

		case 'push_refused': {
			return {lines: [below('bad', `git: ${clean(step.says)}`)]};
		}

		case 'pushed': {
			return {title: `git push works: ${shortHash(step.commit)}`, lines: []};
		}

		case 'gave_up': {
			return {title: 'The agent gives up', lines: [below('bad', clean(step.why))]};
		}
	}
}

function tellStory(step: StoryStep): Told {
	switch (step.step) {
		case 'prepared': {
			return {lines: opening(step)};
		}

		case 'review': {
			return {
				title: 'The reviewer sees what that would permit',
				lines: presentChunk(step.chunk).map((line): Line => [{text: '  '}, ...line]),
			};
		}

		case 'ruled': {
			const word = step.ruling === 'approve' ? 'Approved' : 'Rejected';
			const policy = step.revision > 0 ? `; policy version ${step.revision}` : '';
			return {title: `${word} by ${clean(step.by)}${policy}`, lines: []};
		}

		case 'verified': {
			return {
				title: 'Checked without the agent',
				lines: [
					check(step.repository, 'the repository exists'),
					check(step.commit, `commit ${shortHash(step.commit_id)} is on its main branch`),
				],
			};
		}

		case 'finished': {
			const style = step.ok ? 'good' : 'bad';
			return {lines: [plain(''), [styled(style, `${step.ok ? '✓' : '✗'} ${clean(step.why)}`)]]};
		}
	}
}

function opening(step: StoryStep & {readonly step: 'prepared'}): readonly Line[] {
	const github =
		step.target === 'github'
			? 'the real one'
			: 'a stand-in on this machine, with real TLS and real git';
	const reviewer = step.manual
		? 'you, in another terminal'
		: 'this demo, which approves each step after showing it';
	return [
		[styled('strong', 'An agent creates a GitHub repository and pushes to it, asking first.')],
		plain(''),
		row('GitHub', github),
		row('Policy', 'the agent may read api.github.com; github.com is not open to git'),
		row('Reviewer', reviewer),
		row(
			'Tier',
			`${step.tier}: this agent cooperates; nothing would stop one that does not`,
			'warning',
		),
		row('State', ident(step.state_dir)),
	];
}

/** `policy.local` lists refusals by code; people read what the code means. */
const whyOf = (reason: string): string =>
	Object.hasOwn(denialCodes, reason) ? denialCodes[reason as DenialCode].meaning : clean(reason);

const row = (name: string, text: string, style?: Style): Line => [
	{text: '    '},
	styled('label', name.padEnd(10)),
	style === undefined ? {text} : styled(style, text),
];

const below = (style: Style, text: string): Line => [{text: '    '}, styled(style, text)];

const check = (isTrue: boolean, text: string): Line =>
	below(isTrue ? 'good' : 'bad', `${isTrue ? '✓' : '✗'} ${text}`);
