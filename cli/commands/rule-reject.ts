import type {GatewayClient} from '../../gateway/client/client.ts';
import type {RulingAnswer} from '../../gateway/client/wire.ts';
import {styled} from '../../tui/present/line.ts';
import {shortHash} from '../../tui/present/text.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {chunkOperands, requiredId} from '../operands.ts';
import {answered, findChunk} from '../reviewer.ts';
import {reviewing} from '../revive.ts';

/** Rejects a proposal; with a reason it is guidance that the agent reads. */
export const ruleReject: Command = {
	name: 'rule reject',
	summary: 'Reject a proposal, with guidance for the agent if you like.',
	operands: '[name] chk_…',
	flags: {
		chunkId: {type: 'text', value: 'ID', about: 'the proposal; the start of its id is enough'},
		reason: {type: 'text', value: 'TEXT', about: 'what the agent should know or do instead'},
		...jsonFlag,
	},
	examples: [
		'openshell rule reject chk_01J8',
		'openshell rule reject chk_01J8 --reason "Use the read-only mirror."',
	],
	run: call => reviewing(call, client => reject(call, client)),
};

async function reject(call: Call, client: GatewayClient): Promise<number> {
	const {config, flags, input, output} = call;
	const operands = chunkOperands(input, flags);
	const id = requiredId(operands, 'rule reject');
	const {sandbox, chunk} = await findChunk(client, config, {name: operands.name, id});
	const request = {reason: flags.text('reason') ?? '', guidance_code: '', via: 'cli'} as const;
	const answer = answered(await client.reject(sandbox.name, chunk.id, request), config);
	if (flags.is('json')) {
		output.json(answer.chunk);
	} else {
		output.lines([[styled('good', 'OK'), {text: ` ${said(answer)}`}]]);
	}

	return exitCodes.done;
}

/** A proposal that was in force is taken back by a revision of its own. */
const said = ({revision}: RulingAnswer): string =>
	revision === undefined
		? 'Chunk rejected.'
		: `Chunk revoked. Policy version: ${revision.revision}, hash: ${shortHash(revision.hash)}`;
