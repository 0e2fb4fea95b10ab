import {type Command, jsonFlag} from '../command.ts';
import {exitCodes} from '../exit-codes.ts';
import {answered, asReviewer, reviewerSocket} from '../reviewer.ts';

export const gatewayStatus: Command = {
	name: 'gateway status',
	summary: 'Say whether the gateway answers, and what it is.',
	operands: '',
	notes: ['Exit 5: none answers.'],
	flags: jsonFlag,
	examples: ['openshell gateway status', 'openshell gateway status --json'],
	run: ({config, flags, output}) =>
		asReviewer(config, async client => {
			const health = answered(await client.health(), config);
			if (flags.is('json')) {
				output.json(health);
			} else {
				const {version, database, uptime_s: uptime} = health;
				output.text(
					`The gateway at ${reviewerSocket(config)} answers: version ${version}, database ${database}, up ${uptime} s.`,
				);
			}

			return exitCodes.done;
		}),
};
