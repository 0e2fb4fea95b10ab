import test from 'ava';
import {problemLines} from '../../../policies/model/problem-lines.ts';

test('errors are told one a line with their place, warnings not at all', t => {
	const problem = {severity: 'error', kind: 'K', message: 'is wrong', at: 'a.b'} as const;
	t.is(
		problemLines([
			{...problem, line: 2, column: 7},
			{...problem, severity: 'warning', message: 'is odd'},
			problem,
			{...problem, at: '', line: 3},
		]),
		'line 2, column 7: a.b: is wrong\na.b: is wrong\nline 3, column 1: is wrong',
	);
});
