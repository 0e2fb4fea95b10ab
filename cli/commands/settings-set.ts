import {type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {usage} from '../failure.ts';
import type {Flags} from '../flags.ts';
import {sandboxName} from '../operands.ts';
import {answered, chooseSandbox} from '../reviewer.ts';
import {reviewing} from '../revive.ts';

export const settingsSet: Command = {
	name: 'settings set',
	summary: 'Change a setting of a sandbox, or of all.',
	operands: '[name]',
	flags: {
		key: {
			type: 'text',
			value: 'KEY',
			about: 'agent_policy_proposals_enabled, proposal_approval_mode',
		},
		value: {
			type: 'text',
			value: 'VALUE',
			about: 'the value; switches take on and off, true and false',
		},
		global: {type: 'boolean', about: 'for all sandboxes'},
		...jsonFlag,
	},
	examples: [
		'openshell settings set work --key agent_policy_proposals_enabled --value off',
		'openshell settings set --global --key proposal_approval_mode --value manual',
	],
	run: ({config, flags, input, output}) =>
		reviewing({config, output}, async client => {
			const key = required(flags, 'key');
			const value = toValue(required(flags, 'value'));
			const settings = flags.is('global')
				? answered(await client.setGlobalSetting(key, value), config)
				: answered(
						await client.setSetting(
							(await chooseSandbox(client, config, sandboxName(input))).name,
							key,
							value,
						),
						config,
					);
			if (flags.is('json')) {
				output.json({scope: flags.is('global') ? 'global' : 'sandbox', settings});
			} else {
				output.text(`OK ${key} is ${value}.`);
			}

			return exitCodes.done;
		}),
};

function required(flags: Flags, name: string): string {
	const value = flags.text(name);
	if (value === undefined) {
		throw usage(`--${name} is missing: openshell settings set [name] --key KEY --value VALUE`);
	}

	return value;
}

const switchWords = new Map([
	...['1', 'true', 'yes', 'on', 'y'].map(word => [word, true] as const),
	...['0', 'false', 'no', 'off', 'n'].map(word => [word, false] as const),
]);

const toValue = (text: string): string | boolean => switchWords.get(text.toLowerCase()) ?? text;
