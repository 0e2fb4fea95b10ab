import type {Problem} from './policy.ts';

/** What is wrong with a policy, one problem a line, each with its place; warnings are left out. */
export const problemLines = (problems: readonly Problem[]): string =>
	problems
		.filter(({severity}) => severity === 'error')
		.map(({line, column, at, message}) =>
			[line === undefined ? '' : `line ${line}, column ${column ?? 1}`, at, message]
				.filter(part => part !== '')
				.join(': '),
		)
		.join('\n');
