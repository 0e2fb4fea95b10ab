import {catalogue, type Entry} from './catalogue.ts';
import {type Call, type Command, globalFlags} from './command.ts';
import {loadConfig, type Surroundings} from './config.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {Failure, messageOf, usage} from './failure.ts';
import {parseFlags} from './flags.ts';
import {commandHelp, programHelp} from './help.ts';
import {nearest} from './nearest.ts';
import {makeOutput, type Output, type OutputStream} from './output.ts';

export type Terminal = {readonly stdout: OutputStream; readonly stderr: OutputStream};

/** One command line, from words to exit code. Every failure is told on stderr, in one place. */
export async function dispatch(
	argv: readonly string[],
	surroundings: Surroundings,
	{stdout, stderr}: Terminal,
): Promise<ExitCode> {
	const useColor = (surroundings.environment['NO_COLOR'] ?? '') === '';
	const output = makeOutput(stdout, stderr, {useColor});
	const first = argv[0];
	try {
		if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
			output.text(programHelp(catalogue));
			return first === undefined ? exitCodes.usage : exitCodes.done;
		}

		const found = findCommand(argv);
		return found.kind === 'group'
			? groupHelp(found.entries, output, argv)
			: await callCommand(await found.entry.load(), {argv, own: found.rest}, surroundings, output);
	} catch (error) {
		return tellFailure(error, output);
	}
}

function tellFailure(error: unknown, output: Output): ExitCode {
	output.progress([{text: 'openshell: ', style: 'bad'}, {text: messageOf(error)}]);
	if (!(error instanceof Failure)) {
		return exitCodes.failed;
	}

	for (const line of error.list) {
		output.progress(`  ${line}`);
	}

	return error.code;
}

type Found =
	| {readonly kind: 'command'; readonly entry: Entry; readonly rest: readonly string[]}
	| {readonly kind: 'group'; readonly entries: readonly Entry[]};

const aliases: Readonly<Record<string, string>> = {rl: 'rule'};

function findCommand(argv: readonly string[]): Found {
	const [typed = '', verb, ...rest] = argv;
	const noun = Object.hasOwn(aliases, typed) ? (aliases[typed] ?? typed) : typed;
	const single = catalogue.find(entry => entry.name === noun);
	if (single !== undefined) {
		return {kind: 'command', entry: single, rest: argv.slice(1)};
	}

	const entries = catalogue.filter(entry => entry.name.startsWith(`${noun} `));
	if (entries.length === 0) {
		throw unknownWord('command', noun, [
			...new Set(catalogue.map(entry => entry.name.split(' ')[0] ?? '')),
		]);
	}

	if (verb === undefined || verb.startsWith('-')) {
		return {kind: 'group', entries};
	}

	const entry = entries.find(candidate => candidate.name === `${noun} ${verb}`);
	if (entry === undefined) {
		throw unknownWord(
			`'${noun}' command`,
			verb,
			entries.map(({name}) => name.slice(noun.length + 1)),
		);
	}

	return {kind: 'command', entry, rest};
}

function unknownWord(what: string, typed: string, known: readonly string[]): Failure {
	const near = nearest(typed, known);
	const hint = near === undefined ? `There is ${known.join(', ')}.` : `Did you mean '${near}'?`;
	return usage(`Unknown ${what} '${typed}'. ${hint}`);
}

function groupHelp(entries: readonly Entry[], output: Output, argv: readonly string[]): ExitCode {
	output.text(programHelp(entries));
	return argv.length > 1 ? exitCodes.done : exitCodes.usage;
}

async function callCommand(
	command: Command,
	{argv, own: words}: {readonly argv: readonly string[]; readonly own: readonly string[]},
	surroundings: Surroundings,
	output: Output,
): Promise<ExitCode> {
	const separator = words.indexOf('--');
	const own = separator < 0 ? words : words.slice(0, separator);
	const rest = separator < 0 ? undefined : words.slice(separator + 1);
	if (own.includes('--help') || own.includes('-h')) {
		output.text(commandHelp(command));
		return exitCodes.done;
	}

	const parsed = parseFlags({...command.flags, ...globalFlags}, own);
	const config = await loadConfig(surroundings, parsed.flags);
	const call: Call = {...parsed, argv, rest, config, output};
	return command.run(call);
}
