import type {Problem} from '../../policies/model/policy.ts';
import {type Line, plain, styled} from '../../tui/present/line.ts';
import {type Call, type Command, jsonFlag} from '../command.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {differencesIn} from '../explain/differences.ts';
import {problemText, readPolicyFile, readPolicyText} from '../explain/policy-file.ts';
import {usage} from '../failure.ts';

/** Reads a policy as the gateway would, and says everything at once. Exit 1 where it would be refused. */
export const policyCheck: Command = {
	name: 'policy check',
	summary: 'Say what is wrong or odd in a policy file.',
	operands: '<file>',
	notes: [
		'Prints file:line:column for each problem, and what this policy means here but not in upstream',
		'OpenShell. Exit 1: it would be refused.',
	],
	flags: jsonFlag,
	examples: ['openshell policy check policy.yaml', 'openshell policy check policy.yaml --json'],
	run: check,
};

async function check({flags, input, output}: Call): Promise<ExitCode> {
	const [file, ...more] = input;
	if (file === undefined || more.length > 0) {
		throw usage('Give one policy file: openshell policy check policy.yaml');
	}

	const text = await readPolicyFile(file);
	const {compiled, problems} = readPolicyText(text);
	const differences = compiled === undefined ? [] : differencesIn(text, compiled.policy);
	const isSound = compiled !== undefined;
	if (flags.is('json')) {
		output.json({file, ok: isSound, problems, differences});
	} else {
		output.lines([
			...problems.map(problem => problemLine(problem, file)),
			...differences.map(({at, message}) => plain(`${file}: note: ${at}: ${message}`)),
			summary(file, isSound, problems),
		]);
	}

	return isSound ? exitCodes.done : exitCodes.failed;
}

const problemLine = (problem: Problem, file: string): Line => [
	styled(problem.severity === 'error' ? 'bad' : 'warning', problemText(problem, file)),
];

function summary(file: string, isSound: boolean, problems: readonly Problem[]): Line {
	const errors = problems.filter(({severity}) => severity === 'error').length;
	const warnings = problems.length - errors;
	const counted = [count(errors, 'error'), count(warnings, 'warning')].filter(Boolean).join(', ');
	return isSound
		? [styled('good', `${file} can be enforced${counted === '' ? '' : ` (${counted})`}.`)]
		: [styled('bad', `${file} would be refused: ${counted}.`)];
}

const count = (number: number, what: string): string =>
	number === 0 ? '' : `${number} ${what}${number === 1 ? '' : 's'}`;
