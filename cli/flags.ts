import meow from 'meow';
import {messageOf, usage} from './failure.ts';
import {nearest} from './nearest.ts';

/** One flag of a command. The key is the camel-cased name. */
export type FlagSpec = {
	readonly type: 'text' | 'boolean' | 'list';
	/** Half a sentence for `--help`. */
	readonly about: string;
	/** What the value is, in capitals: `FILE`. */
	readonly value?: string;
	/** One letter. */
	readonly short?: string;
};

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

/** The flags of one call, read by name. Asking for a flag the command does not declare is a bug of ours. */
export type Flags = {
	text(name: string): string | undefined;
	list(name: string): readonly string[];
	is(name: string): boolean;
};

export type Parsed = {readonly input: readonly string[]; readonly flags: Flags};

/** Reads the arguments of one command; anything unknown or empty is a usage error that names the nearest flag. */
export function parseFlags(specs: FlagSpecs, argv: readonly string[]): Parsed {
	const {input, values} = read(specs, argv);
	for (const name of Object.keys(values)) {
		checkFlag(specs, name, values[name]);
	}

	return {input, flags: reader(specs, values)};
}

export const kebab = (name: string): string =>
	name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

function read(specs: FlagSpecs, argv: readonly string[]) {
	try {
		const {input, flags} = meow({
			importMeta: import.meta,
			argv: joinDashes(argv),
			flags: Object.fromEntries(
				Object.entries(specs).map(([name, spec]) => [name, meowFlag(spec)]),
			),
			autoHelp: false,
			autoVersion: false,
			allowUnknownFlags: true,
			booleanDefault: undefined,
		});
		return {input: input.map(String), values: flags as Readonly<Record<string, unknown>>};
	} catch (error) {
		throw usage(messageOf(error));
	}
}

/** `--batch -` names standard input; the parser takes a lone dash for an operand. */
const joinDashes = (argv: readonly string[]): string[] =>
	argv.flatMap((word, index) => {
		if (word === '-' && argv[index - 1]?.startsWith('--') === true) {
			return [];
		}

		return word.startsWith('--') && argv[index + 1] === '-' ? [`${word}=-`] : [word];
	});

function meowFlag(spec: FlagSpec) {
	return {
		type: spec.type === 'boolean' ? ('boolean' as const) : ('string' as const),
		...(spec.type === 'list' && {isMultiple: true as const}),
		...(spec.short !== undefined && {shortFlag: spec.short}),
	};
}

function checkFlag(specs: FlagSpecs, name: string, value: unknown): void {
	const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
	const negated = value === false ? 'no-' : '';
	const shown = name.length === 1 ? `-${name}` : `--${negated}${kebab(name)}`;
	if (spec === undefined) {
		const near = nearest(kebab(name), Object.keys(specs).map(kebab));
		const hint =
			near === undefined ? 'See --help for the flags there are.' : `Did you mean --${near}?`;
		throw usage(`Unknown flag ${shown}. ${hint}`);
	}

	if (spec.type !== 'boolean' && [value].flat().includes('')) {
		throw usage(`${shown} needs a value: ${shown} ${spec.value ?? 'VALUE'}.`);
	}

	if (spec.type !== 'list' && Array.isArray(value)) {
		throw usage(`${shown} can be given only once.`);
	}
}

function reader(specs: FlagSpecs, values: Readonly<Record<string, unknown>>): Flags {
	const read = (name: string): unknown => {
		if (!Object.hasOwn(specs, name)) {
			throw new TypeError(`The command reads the flag '${name}', which it does not declare.`);
		}

		return values[name];
	};

	return {
		text(name) {
			const value = read(name);
			return typeof value === 'string' ? value : undefined;
		},
		list(name) {
			const value = read(name);
			return Array.isArray(value) ? value.map(String) : [];
		},
		is: name => read(name) === true,
	};
}
