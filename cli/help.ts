import {type Command, globalFlags} from './command.ts';
import {type FlagSpecs, kebab} from './flags.ts';

/** The help of one command, made from its declaration. */
export function commandHelp(command: Command): string {
	return [
		command.summary,
		'',
		'Usage',
		`  openshell ${[command.name, command.operands].filter(Boolean).join(' ')}`,
		...(command.notes === undefined ? [] : ['', ...command.notes]),
		...flagSection('Flags', command.flags),
		...flagSection('Everywhere', globalFlags),
		'',
		'Examples',
		...command.examples.map(example => `  ${example}`),
	].join('\n');
}

/** The help of the program: every command with its sentence. */
export function programHelp(commands: ReadonlyArray<{name: string; summary: string}>): string {
	return [
		'Egress policy for AI agents: refuse, explain, propose, review, reload.',
		'',
		'Usage',
		'  openshell <command> [flags]',
		'',
		'Commands',
		...columns(commands.map(({name, summary}) => [name, summary])),
		'',
		'  openshell <command> --help   flags and examples of one command',
		'  openshell --version          the version',
		'',
		'Examples',
		'  openshell demo',
		'  openshell run --allow-unenforced -- curl https://api.example.com/',
		'  openshell rule get',
	].join('\n');
}

function flagSection(title: string, flags: FlagSpecs): readonly string[] {
	const rows = Object.entries(flags).map(([name, spec]): readonly [string, string] => {
		const short = spec.short === undefined ? '' : `, -${spec.short}`;
		const value = spec.type === 'boolean' ? '' : ` ${spec.value ?? 'VALUE'}`;
		const repeat = spec.type === 'list' ? ' (repeatable)' : '';
		return [`--${kebab(name)}${value}${short}`, `${spec.about}${repeat}`];
	});
	return rows.length === 0 ? [] : ['', title, ...columns(rows)];
}

function columns(rows: ReadonlyArray<readonly [string, string]>): readonly string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
}
