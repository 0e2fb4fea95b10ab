import test from 'ava';
import {nearest} from '../../cli/nearest.ts';

const known = ['gateway', 'proxy', 'policy', 'rule', 'run', 'demo'];

for (const [typed, meant] of [
	['gatway', 'gateway'],
	['polcy', 'policy'],
	['rul', 'rule'],
	['gate', 'gateway'],
	['rnu', 'run'],
	['dmeo', 'demo'],
	['zebra', undefined],
	['q', undefined],
] as const) {
	test(`'${typed}' is taken for ${meant ?? 'nothing'}`, t => {
		t.is(nearest(typed, known), meant);
	});
}
