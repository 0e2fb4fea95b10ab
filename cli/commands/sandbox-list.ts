import type {SandboxSummary} from '../../gateway/client/wire.ts';
import {plain} from '../../tui/present/line.ts';
import {type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {answered} from '../reviewer.ts';
import {reviewing} from '../revive.ts';

export const sandboxList: Command = {
	name: 'sandbox list',
	summary: 'List the sandboxes of the gateway.',
	operands: '',
	flags: jsonFlag,
	examples: ['openshell sandbox list', 'openshell sandbox list --json'],
	run: ({config, flags, output}) =>
		reviewing({config, output}, async client => {
			const sandboxes = answered(await client.sandboxes(), config);
			if (flags.is('json')) {
				output.json(sandboxes);
			} else {
				output.lines(
					sandboxes.length === 0
						? [plain('No sandbox yet: openshell run makes one.')]
						: sandboxes.map(sandbox => plain(describe(sandbox))),
				);
			}

			return exitCodes.done;
		}),
};

const describe = (sandbox: SandboxSummary): string =>
	[
		sandbox.name.padEnd(32),
		(sandbox.is_connected ? 'running' : 'stopped').padEnd(8),
		sandbox.tier.padEnd(9),
		`version ${sandbox.revision}`.padEnd(12),
		`${sandbox.pending_chunks} pending`,
	].join(' ');
