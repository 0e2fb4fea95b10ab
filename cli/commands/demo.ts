import type {Chunk} from '../../policies/model/chunk.ts';
import {styled} from '../../tui/present/line.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {makeNarrator} from '../demo/narrate.ts';
import type {Step} from '../demo/steps.ts';
import {tellStory} from '../demo/story.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {usage} from '../failure.ts';
import {mainFile} from '../own-process.ts';

/** Exits 0 only if the repository exists and the commit arrived. */
export const demo: Command = {
	name: 'demo',
	summary: 'Watch an agent be refused, ask, and go on, with a stand-in for GitHub.',
	operands: '',
	notes: [
		'Everything is real (processes, TLS, database, git) and stays on this machine, in a folder that',
		'is removed afterwards. Each proposal is shown and then approved by the demo.',
	],
	flags: {
		manual: {type: 'boolean', about: 'you approve, in another terminal'},
		github: {type: 'boolean', about: 'the real GitHub, with the token in GITHUB_TOKEN'},
		keep: {type: 'boolean', about: 'keep the folder: database, logs, repositories'},
		...jsonFlag,
	},
	examples: [
		'openshell demo',
		'openshell demo --manual',
		'openshell demo --json',
		'GITHUB_TOKEN=… openshell demo --github',
	],
	run,
};

async function run(call: Call): Promise<ExitCode> {
	const {config, flags, output} = call;
	const manual = flags.is('manual');
	const githubToken = config.environment['GITHUB_TOKEN'];
	if (flags.is('github') && (githubToken ?? '') === '') {
		throw usage('--github needs a token that may create repositories, in GITHUB_TOKEN.');
	}

	const isDone = await tellStory({
		config,
		manual,
		githubToken: flags.is('github') ? githubToken : undefined,
		keep: flags.is('keep'),
		now: Date.now,
		tell: flags.is('json') ? step => output.json(step) : narration(call, manual),
		onNote: line => output.progress([styled('muted', line)]),
	});
	return isDone ? exitCodes.done : exitCodes.failed;
}

function narration({output}: Call, manual: boolean): (step: Step) => void {
	const narrate = makeNarrator();
	let stateDir = '';
	return step => {
		output.lines(narrate(step));
		if (step.step === 'prepared') {
			stateDir = step.state_dir;
		}

		if (step.step === 'review' && manual) {
			output.text(instruction(step.chunk, stateDir));
		}
	};
}

/** Whole commands, because nothing has to be installed. */
const instruction = ({id}: Chunk, stateDir: string): string =>
	[
		'',
		'    Now it is your turn. In another terminal:',
		`      ${mainFile} rule show --state-dir ${stateDir} ${id}`,
		`      ${mainFile} rule approve --state-dir ${stateDir} ${id}`,
		`      ${mainFile} rule reject --state-dir ${stateDir} ${id} --reason "…"`,
	].join('\n');
