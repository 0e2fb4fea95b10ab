import type {GatewayClient} from '../../gateway/client/client.ts';
import type {Chunk} from '../../policies/model/chunk.ts';
import {presentChunk} from '../../tui/present/chunk.ts';
import {textOf} from '../../tui/present/line.ts';
import {shortHash} from '../../tui/present/text.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {Failure, usage} from '../failure.ts';
import {activationWaitMs} from '../limits.ts';
import {nextCommand} from '../next-command.ts';
import {chunkOperands, requiredId} from '../operands.ts';
import {type FoundChunk, failureOf, findChunk} from '../reviewer.ts';
import {reviewing} from '../revive.ts';
import {type SeenMemory, seenMemory} from '../seen.ts';
import {untilSettled} from '../settle.ts';

/** Approves exactly what was seen: the ruling names its token (decision 29, X22). */
export const ruleApprove: Command = {
	name: 'rule approve',
	summary: 'Approve a proposal that you have seen.',
	operands: '[name] chk_…',
	notes: [
		'Needs `openshell rule show chk_…` on this terminal within 15 minutes, or the token it printed.',
		'Exit 4: it changed since you saw it. Exit 124: recorded, but the sandbox has not loaded it yet.',
	],
	flags: {
		chunkId: {type: 'text', value: 'ID', about: 'the proposal; the start of its id is enough'},
		token: {type: 'text', value: 'HEX', about: 'its review token, 12 or all 64 digits'},
		...jsonFlag,
	},
	examples: [
		'openshell rule approve chk_01J8',
		'openshell rule approve work --chunk-id chk_01J8 --token 0123456789ab',
	],
	run: call => reviewing(call, client => approve(call, client)),
};

async function approve(call: Call, client: GatewayClient): Promise<ExitCode> {
	const {config, flags, input} = call;
	const operands = chunkOperands(input, flags);
	const id = requiredId(operands, 'rule approve');
	const token = tokenFlag(flags.text('token'));
	const found = await findChunk(client, config, {name: operands.name, id});
	refuseActive(call, found.chunk);
	const memory = seenMemory(config.stateDir, Date.now);
	const review = await reviewTokenOf(call, found.chunk, token, memory);
	if (review === undefined) {
		return sayStale(call, found.chunk, memory);
	}

	const request = {review_token: review, via: 'cli'} as const;
	const answer = await client.approve(found.sandbox.name, found.chunk.id, request);
	if (!answer.ok) {
		const {error} = answer;
		if (
			error.kind === 'refused' &&
			error.body.chunk !== undefined &&
			error.body.error === 'stale'
		) {
			return sayStale(call, error.body.chunk, memory);
		}

		throw failureOf(error, config);
	}

	await memory.forget(found.chunk);
	return report(call, client, found);
}

/** Said before anybody is sent to look at it: there is nothing left to approve. */
function refuseActive({config}: Call, {id, phase, revision}: Chunk): void {
	if (phase === 'active') {
		throw new Failure(
			`This proposal is active already (policy version ${revision ?? '?'}); nothing was changed. ` +
				`To take it back: ${nextCommand(`rule reject ${id}`, config)}`,
		);
	}
}

function tokenFlag(token: string | undefined): string | undefined {
	if (token !== undefined && !/^(?:[0-9a-f]{12}|[0-9a-f]{64})$/.test(token)) {
		throw usage('--token takes the 12 digits that `rule show` prints, or all 64.');
	}

	return token;
}

/** The token to send: the full one that matches what was typed or seen; undefined where it no longer does. */
async function reviewTokenOf(
	{config}: Call,
	chunk: Chunk,
	typed: string | undefined,
	memory: SeenMemory,
): Promise<string | undefined> {
	if (typed !== undefined) {
		return chunk.review_token.startsWith(typed) ? chunk.review_token : undefined;
	}

	const seen = await memory.recall(chunk);
	if (seen === undefined) {
		throw new Failure(
			'You have not seen this proposal on this machine in the last 15 minutes. ' +
				`Look at it first: ${nextCommand(`rule show ${chunk.id}`, config)} ` +
				'(a script gives --token, which that prints)',
		);
	}

	return seen.review_token === chunk.review_token ? seen.review_token : undefined;
}

/** Prints what is new since it was seen; the whole of it where nothing is remembered. */
async function sayStale(call: Call, fresh: Chunk, memory: SeenMemory): Promise<ExitCode> {
	const seen = new Set((await memory.recall(fresh))?.lines);
	const lines = presentChunk(fresh);
	call.output.lines(lines.filter(line => !seen.has(textOf(line))));
	call.output.progress([
		{
			text:
				'Nothing was approved: the proposal or the policy under it changed since you saw it. ' +
				`The lines above are new. Look again: ${nextCommand(`rule show ${fresh.id}`, call.config)}`,
			style: 'warning',
		},
	]);
	return exitCodes.stale;
}

async function report(
	{flags, output}: Call,
	client: GatewayClient,
	{sandbox, chunk}: FoundChunk,
): Promise<ExitCode> {
	const settled = await untilSettled({
		client,
		sandbox: sandbox.name,
		id: chunk.id,
		withinMs: activationWaitMs,
	});
	if (flags.is('json')) {
		output.json(settled ?? {...chunk, phase: 'activating'});
	}

	if (settled === undefined) {
		output.progress('Recorded, in force when the sandbox reconnects.');
		return exitCodes.timedOut;
	}

	if (settled.status !== 'approved') {
		throw new Failure(
			`Approved, but the sandbox could not load it: ${settled.application_error}. ` +
				'The policy before it stays in force.',
		);
	}

	if (!flags.is('json')) {
		const hash = shortHash(settled.candidate_effective_policy_hash);
		output.lines([
			[
				{text: 'OK', style: 'good'},
				{text: ` Chunk approved. Policy version: ${settled.revision ?? '?'}, hash: ${hash}`},
			],
		]);
	}

	return exitCodes.done;
}
