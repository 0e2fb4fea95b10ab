import {anyChar, type CharRange, charSetOf, complement, without} from '../automaton/char-set.ts';
import type {GlobNode} from './ast.ts';
import {maxClassSize} from './limits.ts';
import {GlobFault, peek, type Scanner, take} from './scanner.ts';

/** Reads `[..]`, `[!..]` or `[^..]` after its bracket. A `]` in first place is a member. */
export const parseClass = (scanner: Scanner, separator: string | undefined): GlobNode => {
	const at = scanner.at - 1;
	const isNegated = take(scanner, '!') || take(scanner, '^');
	const ranges: CharRange[] = [];
	while (ranges.length === 0 || peek(scanner) !== ']') {
		ranges.push(parseRange(scanner, at));
	}

	scanner.at++;
	const size = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
	if (size > maxClassSize) {
		throw new GlobFault('ClassTooLarge', `[..] names more than ${maxClassSize} characters`, at);
	}

	const node = {kind: 'class', ranges, isNegated} as const;
	if (classSet(node, separator).length === 0) {
		throw new GlobFault('InvalidClass', '[..] matches no character: it never matches /', at);
	}

	return node;
};

/** The characters a class stands for; the separator is never one of them. */
export const classSet = (
	node: {readonly ranges: readonly CharRange[]; readonly isNegated: boolean},
	separator: string | undefined,
) => {
	const named = charSetOf(node.ranges);
	const set = node.isNegated ? complement(named) : named;
	return separator === undefined ? set : without(set, codePoint(separator));
};

/** Every character but the separator. */
export const singleSet = (separator: string | undefined) =>
	separator === undefined ? anyChar : without(anyChar, codePoint(separator));

const parseRange = (scanner: Scanner, at: number): CharRange => {
	const from = parseMember(scanner, at);
	const after = peek(scanner, 1);
	if (peek(scanner) !== '-' || after === ']' || after === undefined) {
		return [from, from];
	}

	scanner.at++;
	const to = parseMember(scanner, at);
	if (to < from) {
		throw new GlobFault('InvalidClass', 'a range in [..] runs backwards', at);
	}

	return [from, to];
};

const parseMember = (scanner: Scanner, at: number): number => {
	const char = peek(scanner);
	if (char === undefined) {
		throw new GlobFault('UnclosedClass', 'a [ without its ]; write \\[ to mean it', at);
	}

	if (char === '\\') {
		throw new GlobFault('InvalidClass', 'a \\ inside [..] has no meaning; leave it out', at);
	}

	scanner.at++;
	return codePoint(char);
};

const codePoint = (char: string): number => char.codePointAt(0) ?? 0;
