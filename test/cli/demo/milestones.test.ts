import test from 'ava';
import {makeMilestones} from '../../../cli/demo/milestones.ts';

test('who waits is told, and who comes late need not wait', async t => {
	const milestones = makeMilestones();
	const told: string[] = [];
	const early = milestones.reached('a', 60_000).then(() => told.push('early'));
	milestones.reach('a');
	await early;
	await milestones.reached('a', 60_000);
	t.deepEqual(told, ['early']);
});

test('nobody waits for ever', async t => {
	await t.notThrowsAsync(makeMilestones().reached('never', 1));
});
