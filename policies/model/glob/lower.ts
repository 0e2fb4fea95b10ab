import {anyChar, type CharSet, oneChar} from '../automaton/char-set.ts';
import {
	chars,
	choice,
	type Expression,
	nothing,
	repeat,
	sequence,
	text,
} from '../automaton/expression.ts';
import type {Dialect, Glob, GlobNode} from './ast.ts';
import {classSet, singleSet} from './parse-class.ts';

/** What a glob means, as a regular expression: the one place where its meaning is written. */
export const expressionOf = (glob: Glob): Expression => lowerAll(glob.nodes, glob.dialect);

const separators: Readonly<Record<Dialect, string | undefined>> = {
	path: '/',
	host: '.',
	value: undefined,
};

const singles: Readonly<Record<Dialect, CharSet>> = {
	path: singleSet('/'),
	host: singleSet('.'),
	value: anyChar,
};

const anything = repeat(chars(anyChar));
const slash = chars(oneChar(0x2f));
const dot = chars(oneChar(0x2e));

/** contract 1.5: `/a/**` needs its slash, `**` before one needs none. */
const components = {
	leading: choice(nothing, slash, sequence(anything, slash)),
	middle: choice(slash, sequence(slash, anything, slash)),
	trailing: sequence(slash, anything),
} as const;

const lowerAll = (nodes: readonly GlobNode[], dialect: Dialect): Expression =>
	sequence(...nodes.map(node => lower(node, dialect)));

const lower = (node: GlobNode, dialect: Dialect): Expression => {
	const single = chars(singles[dialect]);
	switch (node.kind) {
		case 'text':
			return text(node.text);
		case 'one':
			return single;
		case 'run':
			return node.isEmptyAllowed ? repeat(single) : sequence(single, repeat(single));
		case 'class':
			return chars(classSet(node, separators[dialect]));
		case 'choice':
			return choice(...node.branches.map(branch => lowerAll(branch, dialect)));
		case 'components':
			return components[node.where];
		case 'anything':
			return anything;
		case 'labels': {
			const label = sequence(single, repeat(single));
			return sequence(label, repeat(sequence(dot, label)));
		}
	}
};
