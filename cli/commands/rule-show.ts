import type {GatewayClient} from '../../gateway/client/client.ts';
import {presentChunk} from '../../tui/present/chunk.ts';
import {plain, textOf} from '../../tui/present/line.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {chunkOperands, requiredId} from '../operands.ts';
import {findChunk} from '../reviewer.ts';
import {reviewing} from '../revive.ts';
import {seenMemory} from '../seen.ts';

/** Shows one proposal whole. On a person's own terminal it is remembered as seen, for 15 minutes (X22). */
export const ruleShow: Command = {
	name: 'rule show',
	summary: 'Show one proposal whole, so that it can be ruled on.',
	operands: '[name] chk_…',
	notes: [
		'Shown on your terminal, it may be approved for 15 minutes with: openshell rule approve chk_…',
		'Written to a pipe or file, nothing is remembered: approve with --token then.',
	],
	flags: {
		chunkId: {type: 'text', value: 'ID', about: 'the proposal; the start of its id is enough'},
		...jsonFlag,
	},
	examples: ['openshell rule show chk_01J8', 'openshell rule show work --chunk-id chk_01J8'],
	run: call => reviewing(call, client => show(call, client)),
};

async function show(call: Call, client: GatewayClient): Promise<number> {
	const {config, flags, input, output} = call;
	const operands = chunkOperands(input, flags);
	const id = requiredId(operands, 'rule show');
	const {sandbox, chunk} = await findChunk(client, config, {name: operands.name, id});
	if (flags.is('json')) {
		output.json(chunk);
		return exitCodes.done;
	}

	const lines = presentChunk(chunk);
	output.lines([plain(`Sandbox ${sandbox.name}`), ...lines]);
	if (output.isTerminal) {
		await seenMemory(config.stateDir, Date.now).remember(chunk, lines.map(textOf));
	}

	return exitCodes.done;
}
