import test from 'ava';
import {makeCommits} from '../../../plugins/ocsf-log/commits.ts';
import {turn} from '../../helpers/manual-clock.ts';

type Done = (error: Error | null) => void;

const setup = () => {
	const syncs: Done[] = [];
	const failures: Error[] = [];
	const commits = makeCommits(
		(_descriptor, done) => syncs.push(done),
		error => failures.push(error),
	);
	return {syncs, failures, commits};
};

test('who waits while a sync runs is not told that it covered them', async t => {
	const {syncs, commits} = setup();
	const settled: string[] = [];
	void commits.wait(10).then(() => settled.push('first'));
	commits.written(10, 3);
	void commits.wait(20).then(() => settled.push('second'));
	commits.written(20, 3);
	t.is(syncs.length, 1);
	syncs[0]?.(null);
	await turn();
	t.deepEqual(settled, ['first']);
	t.is(syncs.length, 2);
	syncs[1]?.(null);
	await turn();
	t.deepEqual(settled, ['first', 'second']);
});

test('nobody waiting, nothing is synced', t => {
	const {syncs, commits} = setup();
	commits.written(10, 3);
	t.is(syncs.length, 0);
});

test('a failed sync fails those it was for, once, and is reported', async t => {
	const {syncs, failures, commits} = setup();
	const waiting = t.throwsAsync(commits.wait(10), {message: 'EIO'});
	commits.written(10, 3);
	syncs[0]?.(new Error('EIO'));
	await waiting;
	t.is(failures.length, 1);
	t.is(syncs.length, 1);
	await commits.idle();
});
