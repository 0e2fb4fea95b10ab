import test from 'ava';
import type {Policy} from '../../../policies/model/policy.ts';
import {parsePolicy} from '../../../policies/model/policy-parse.ts';
import {staticSectionsChanged} from '../../../policies/model/static-sections.ts';

const policy = (text: string): Policy => {
	const parsed = parsePolicy(`version: 1\n${text}`);
	if (!parsed.ok) {
		throw new Error(JSON.stringify(parsed.error));
	}

	return parsed.value.policy;
};

const changes = (before: string, after: string): readonly string[] =>
	staticSectionsChanged(policy(before), policy(after)).map(problem => problem.at);

test('a live sandbox may gain paths and any network rule', t => {
	t.deepEqual(changes('', ''), []);
	t.deepEqual(
		changes(
			'filesystem_policy: {read_only: [/usr]}',
			'filesystem_policy: {read_only: [/lib, /usr], read_write: [/tmp]}\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1}], binaries: [{path: /x}]}}',
		),
		[],
	);
	t.deepEqual(changes('', 'filesystem_policy: {read_only: [/usr]}'), []);
});

test('everything else of the static sections stays as the sandbox was made', t => {
	t.deepEqual(changes('filesystem_policy: {read_only: [/usr]}', ''), [
		'filesystem_policy.read_only',
	]);
	t.deepEqual(
		changes('filesystem_policy: {read_only: [/usr]}', 'filesystem_policy: {read_write: [/usr]}'),
		['filesystem_policy.read_only'],
	);
	t.deepEqual(changes('', 'filesystem_policy: {include_workdir: true}'), [
		'filesystem_policy.include_workdir',
	]);
	t.deepEqual(changes('', 'landlock: {compatibility: best_effort}'), ['landlock']);
	t.deepEqual(
		changes(
			'process: {run_as_user: sandbox}',
			'process: {run_as_user: "1000", run_as_group: "1000"}',
		),
		['process.run_as_user', 'process.run_as_group'],
	);
});
