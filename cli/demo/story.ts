import {type ChildProcess, spawn} from 'node:child_process';
import process from 'node:process';
import {createInterface} from 'node:readline';
import {Readable} from 'node:stream';
import type {GatewayClient} from '../../gateway/client/client.ts';
import {messageOf} from '../failure.ts';
import {mainFile} from '../own-process.ts';
import {asReviewer} from '../reviewer.ts';
import {scrubbed} from '../scrub.ts';
import {type AgentFacts, factOf, parseStep, success, whyItEnded} from './facts.ts';
import {type Milestones, makeMilestones} from './milestones.ts';
import {reviewInbox} from './reviewing.ts';
import {buildStage, demoSandbox, type Stage, type StageOptions} from './stage.ts';
import type {Step} from './steps.ts';
import {type Verified, verifyGithub, verifyStandIn} from './verify.ts';

export type StoryOptions = StageOptions & {
	/** A person rules, in another terminal. */
	readonly manual: boolean;
	tell(step: Step): void;
	/** What `run` and its proxy say to people. */
	onNote(line: string): void;
};

/**
The demonstration, from an empty folder to a pushed commit, with real processes. True only if the
repository exists and the agent's commit is in it, as git itself says.
*/
export async function tellStory(options: StoryOptions): Promise<boolean> {
	const begin = options.now();
	const tell = (step: Step): void => options.tell({...step, ms: options.now() - begin});
	const stage = await buildStage(options);
	try {
		tell({
			step: 'prepared',
			sandbox: demoSandbox,
			state_dir: stage.stateDir,
			target: stage.github === undefined ? 'github' : 'stand-in',
			tier: 'advisory',
			manual: options.manual,
		});
		const own = {...options.config, stateDir: stage.stateDir, gateway: stage.gatewaySocket};
		return await asReviewer(own, client => play(client, stage, {...options, tell}));
	} finally {
		await stage.close();
	}
}

async function play(client: GatewayClient, stage: Stage, options: StoryOptions): Promise<boolean> {
	const ending = new AbortController();
	const milestones = makeMilestones();
	const agent = startAgent(stage, options);
	// Ctrl-C ends the agent, and with it the story: everything is cleaned up all the same.
	const interrupt = (): void => void agent.kill('SIGTERM');
	process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('exit', interrupt);
	try {
		watchInbox(client, {...options, milestones, signal: ending.signal});
		const facts = await followAgent(agent, {...options, milestones});
		if (facts.rejection !== undefined) {
			options.tell({step: 'finished', ok: false, why: whyItEnded(facts)});
			return false;
		}

		const verified = await verify(stage, facts);
		options.tell({step: 'verified', ...verified, commit_id: facts.commit});
		const ok = facts.code === 0 && verified.repository && verified.commit;
		options.tell({step: 'finished', ok, why: ok ? success : whyItEnded(facts)});
		return ok;
	} finally {
		ending.abort();
		process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('exit', interrupt);
		agent.kill('SIGTERM');
	}
}

function startAgent(stage: Stage, {config}: StoryOptions): ChildProcess {
	return spawn(process.execPath, [mainFile, ...stage.runArgv], {
		cwd: stage.directory,
		env: {...scrubbed(config.environment), GITHUB_TOKEN: stage.token},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/**
Agent and inbox are different processes and report in any order; the story is told in the order of
cause: proposed, reviewed, ruled, waited.
*/
type Telling = StoryOptions & {readonly milestones: Milestones};

/** Longest time a line of the story is held back for the one before it, in milliseconds. */
const orderWaitMs = 5_000;

function watchInbox(client: GatewayClient, options: Telling & {signal: AbortSignal}): void {
	const {manual, milestones, signal, tell, onNote} = options;
	reviewInbox(
		client,
		{sandbox: demoSandbox, approves: !manual, signal},
		{
			async onReview(chunk) {
				await milestones.reached(`proposed ${chunk.id}`, orderWaitMs);
				tell({step: 'review', chunk});
			},
			onRuled(chunk, {action, by}) {
				tell({
					step: 'ruled',
					chunk_id: chunk.id,
					ruling: action,
					by: by.kind === 'system' ? `the ${by.name} itself` : by.name,
					revision: chunk.revision ?? 0,
				});
				milestones.reach(`ruled ${chunk.id}`);
			},
			onTrouble: onNote,
		},
	);
}

/** Passes on what the agent says, until it is over. */
async function followAgent(agent: ChildProcess, options: Telling): Promise<AgentFacts> {
	const facts: Omit<AgentFacts, 'code'> = {login: '', commit: '', why: ''};
	const code = new Promise<number>(resolve => {
		agent.once('close', status => resolve(status ?? 1));
		agent.once('error', () => resolve(1));
	});
	if (agent.stderr !== null) {
		createInterface({input: agent.stderr}).on('line', options.onNote);
	}

	for await (const line of createInterface({input: agent.stdout ?? Readable.from([])})) {
		const step = parseStep(line);
		if (step === undefined) {
			options.onNote(line);
			continue;
		}

		if (step.step === 'waited') {
			await options.milestones.reached(`ruled ${step.chunk_id}`, orderWaitMs);
		}

		options.tell(step);
		Object.assign(facts, factOf(step));
		if (step.step === 'proposed') {
			options.milestones.reach(`proposed ${step.chunk_id}`);
		}
	}

	return {...facts, code: await code};
}

async function verify(stage: Stage, {login, commit}: AgentFacts): Promise<Verified> {
	try {
		return stage.github === undefined
			? await verifyGithub(stage.token, `${login}/${stage.repository}`, commit)
			: await verifyStandIn(stage.github, stage.repository, commit);
	} catch (error) {
		throw new Error(`Checking the result failed: ${messageOf(error)}`);
	}
}
