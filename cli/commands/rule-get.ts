import type {GatewayClient} from '../../gateway/client/client.ts';
import type {Chunk, ChunkStatus} from '../../policies/model/chunk.ts';
import {presentChunk, presentHeader} from '../../tui/present/chunk.ts';
import {plain} from '../../tui/present/line.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {usage} from '../failure.ts';
import {nearest} from '../nearest.ts';
import {sandboxName} from '../operands.ts';
import {answered, chooseSandbox} from '../reviewer.ts';
import {reviewing} from '../revive.ts';

/** Lists the proposals of a sandbox, newest first. Shows tokens, but remembers none (X22). */
export const ruleGet: Command = {
	name: 'rule get',
	summary: 'List what a sandbox has proposed.',
	operands: '[name]',
	notes: ['To rule, look at one proposal first: openshell rule show chk_…'],
	flags: {
		status: {type: 'text', value: 'STATUS', about: 'pending, approved or rejected'},
		...jsonFlag,
	},
	examples: [
		'openshell rule get',
		'openshell rule get work --status pending',
		'openshell rule get --json',
	],
	run: call => reviewing(call, client => list(call, client)),
};

async function list(call: Call, client: GatewayClient): Promise<number> {
	const {config, flags, input, output} = call;
	const status = statusOf(flags.text('status'));
	const sandbox = await chooseSandbox(client, config, sandboxName(input));
	const chunks = answered(await client.chunks(sandbox.name, status), config);
	if (flags.is('json')) {
		output.json(chunks);
	} else if (chunks.length === 0) {
		output.text(`No network rules for sandbox '${sandbox.name}'`);
	} else {
		output.lines([
			presentHeader(sandbox.revision, chunks.length),
			...chunks.flatMap((chunk: Chunk) => [plain(''), ...presentChunk(chunk)]),
		]);
	}

	return exitCodes.done;
}

const statuses = ['pending', 'approved', 'rejected'] as const;

function statusOf(typed: string | undefined): ChunkStatus | undefined {
	const found = statuses.find(status => status === typed);
	if (typed !== undefined && found === undefined) {
		const near = nearest(typed, statuses);
		throw usage(
			`'${typed}' is not a status. ${near === undefined ? `There is ${statuses.join(', ')}.` : `Did you mean '${near}'?`}`,
		);
	}

	return found;
}
