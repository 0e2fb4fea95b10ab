import {plain} from '../../tui/present/line.ts';
import {type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {sandboxName} from '../operands.ts';
import {answered, chooseSandbox} from '../reviewer.ts';
import {reviewing} from '../revive.ts';

/** What is set: for one sandbox as it takes effect, or for all. */
export const settingsGet: Command = {
	name: 'settings get',
	summary: 'Show the settings of a sandbox, or those of all.',
	operands: '[name]',
	flags: {
		global: {type: 'boolean', about: 'those set for all sandboxes'},
		...jsonFlag,
	},
	examples: ['openshell settings get work', 'openshell settings get --global --json'],
	run: ({config, flags, input, output}) =>
		reviewing({config, output}, async client => {
			const settings = flags.is('global')
				? answered(await client.globalSettings(), config)
				: answered(
						await client.settings((await chooseSandbox(client, config, sandboxName(input))).name),
						config,
					);
			if (flags.is('json')) {
				output.json({scope: flags.is('global') ? 'global' : 'sandbox', settings});
			} else {
				output.lines(Object.entries(settings).map(([key, value]) => plain(`${key}: ${value}`)));
			}

			return exitCodes.done;
		}),
};
