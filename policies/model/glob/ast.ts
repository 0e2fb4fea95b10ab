import type {CharRange} from '../automaton/char-set.ts';

/**
Which text a glob is matched against. `path`: request and file paths, `*` and `?` stop at `/`.
`host`: labels, only `*` and `**` are special and both stop at, or count, labels. `value`: query,
GraphQL and MCP values, where `*` matches anything.
*/
export type Dialect = 'path' | 'host' | 'value';

/** A pattern, parsed once. Enforcement and prover are both compiled from `nodes`. */
export type Glob = {
	readonly dialect: Dialect;
	/** As written. */
	readonly text: string;
	readonly nodes: readonly GlobNode[];
	/** The only text it matches, where it has no wildcard. */
	readonly literal?: string;
};

export type GlobNode =
	| {readonly kind: 'text'; readonly text: string}
	/** `?`: one character, never the separator. */
	| {readonly kind: 'one'}
	/** `*`: a run of characters without the separator; a whole host label is never empty. */
	| {readonly kind: 'run'; readonly isEmptyAllowed: boolean}
	/** `[..]`: one of some characters, never the separator. */
	| {readonly kind: 'class'; readonly ranges: readonly CharRange[]; readonly isNegated: boolean}
	/** `{a,b}`. */
	| {readonly kind: 'choice'; readonly branches: ReadonlyArray<readonly GlobNode[]>}
	/** A double star that is a whole component, with the separators it stands for. */
	| {readonly kind: 'components'; readonly where: 'leading' | 'middle' | 'trailing'}
	/** The pattern `**`, alone: anything at all. */
	| {readonly kind: 'anything'}
	/** `**` as a host label: one or more labels. */
	| {readonly kind: 'labels'};

export type GlobError = {
	readonly kind:
		| 'PatternTooLong'
		| 'TooManyStars'
		| 'TooManySingles'
		| 'UnclosedClass'
		| 'InvalidClass'
		| 'ClassTooLarge'
		| 'UnclosedChoice'
		| 'UnopenedChoice'
		| 'EmptyAlternative'
		| 'ChoiceTooDeep'
		| 'DanglingEscape'
		| 'InvalidLabelWildcard';
	/** What is wrong and what to write instead. */
	readonly message: string;
	/** Code points before the fault. */
	readonly at: number;
};
