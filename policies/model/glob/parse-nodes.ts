import type {GlobNode} from './ast.ts';
import {maxChoiceDepth} from './limits.ts';
import {parseClass} from './parse-class.ts';
import {GlobFault, peek, type Scanner, scan, take} from './scanner.ts';

/** Paths and values: all of `* ** ? [..] {a,b} \`. */
export const parseNodes = (text: string, dialect: 'path' | 'value'): readonly GlobNode[] => {
	if (text === '**') {
		return [{kind: 'anything'}];
	}

	const scanner = scan(text);
	const nodes = parseBranch(scanner, {separator: dialect === 'path' ? '/' : undefined, depth: 0});
	if (peek(scanner) === '}') {
		throw new GlobFault('UnopenedChoice', 'a } without its {; write \\} to mean it', scanner.at);
	}

	return nodes;
};

type Place = {readonly separator: string | undefined; readonly depth: number};

/** Reads up to the end of the pattern, or of the alternative it stands in. */
const parseBranch = (scanner: Scanner, place: Place): GlobNode[] => {
	const nodes: GlobNode[] = [];
	const begin = scanner.at;
	while (!isBranchEnd(scanner, place)) {
		if (peek(scanner) === '*') {
			parseStars(scanner, place, nodes, begin);
		} else {
			nodes.push(parseNode(scanner, place));
		}
	}

	return nodes;
};

const isBranchEnd = (scanner: Scanner, place: Place): boolean => {
	const char = peek(scanner);
	return char === undefined || char === '}' || (char === ',' && place.depth > 0);
};

const parseNode = (scanner: Scanner, place: Place): GlobNode => {
	const at = scanner.at;
	const char = peek(scanner) ?? '';
	scanner.at++;
	switch (char) {
		case '?':
			return {kind: 'one'};
		case '[':
			return parseClass(scanner, place.separator);
		case '{':
			return parseChoice(scanner, place);
		case '\\': {
			const escaped = peek(scanner);
			if (escaped === undefined) {
				throw new GlobFault('DanglingEscape', 'a \\ must be followed by a character', at);
			}

			scanner.at++;
			return {kind: 'text', text: escaped};
		}

		default:
			return {kind: 'text', text: char};
	}
};

const parseChoice = (scanner: Scanner, place: Place): GlobNode => {
	const at = scanner.at - 1;
	if (place.depth >= maxChoiceDepth) {
		throw new GlobFault('ChoiceTooDeep', `more than ${maxChoiceDepth} {..} in each other`, at);
	}

	const branches: GlobNode[][] = [];
	do {
		const branch = parseBranch(scanner, {...place, depth: place.depth + 1});
		if (branch.length === 0 && peek(scanner) !== undefined) {
			throw new GlobFault(
				'EmptyAlternative',
				'an alternative of {..} is empty; write two patterns instead',
				scanner.at,
			);
		}

		branches.push(branch);
	} while (take(scanner, ','));

	if (!take(scanner, '}')) {
		throw new GlobFault('UnclosedChoice', 'a { without its }; write \\{ to mean it', at);
	}

	return {kind: 'choice', branches};
};

/**
`*`, or `**`: as a whole component it stands for any number of components together with its
separators, which are taken back from, and read ahead of, the text around it. Not a whole
component, it is two `*`.
*/
const parseStars = (scanner: Scanner, place: Place, nodes: GlobNode[], begin: number): void => {
	const at = scanner.at;
	scanner.at++;
	if (!take(scanner, '*')) {
		nodes.push({kind: 'run', isEmptyAllowed: true});
		return;
	}

	const where = componentsAt(scanner, place, begin, at);
	if (where === undefined) {
		nodes.push({kind: 'run', isEmptyAllowed: true});
		return;
	}

	const joined = joinComponents(nodes, where);
	if (joined || where !== 'leading') {
		nodes.pop();
	}

	nodes.push(joined ?? {kind: 'components', where});
	scanner.at += where === 'trailing' ? 0 : 1;
};

type ComponentsPlace = 'leading' | 'middle' | 'trailing';

const componentsAt = (
	scanner: Scanner,
	place: Place,
	begin: number,
	at: number,
): ComponentsPlace | undefined => {
	const isAtStart = at === begin;
	const isAfterSeparator = at > begin && scanner.chars[at - 1] === place.separator;
	const isBeforeSeparator = place.separator !== undefined && peek(scanner) === place.separator;
	if (isBeforeSeparator) {
		return isAtStart ? 'leading' : isAfterSeparator ? 'middle' : undefined;
	}

	return isAfterSeparator && isBranchEnd(scanner, place) ? 'trailing' : undefined;
};

/** Two double stars that share a separator are one. */
const joinComponents = (nodes: GlobNode[], where: ComponentsPlace): GlobNode | undefined => {
	const previous = nodes.at(-1);
	if (previous?.kind !== 'components') {
		return undefined;
	}

	if (where === 'middle') {
		return previous;
	}

	return previous.where === 'leading' ? {kind: 'anything'} : {kind: 'components', where};
};
