import test from 'ava';
import {startReview} from '../../helpers/review.ts';

test('a setting is set for a sandbox and read back', async t => {
	const {cli} = await startReview(t);
	t.is(
		(
			await cli([
				'settings',
				'set',
				'demo',
				'--key',
				'agent_policy_proposals_enabled',
				'--value',
				'off',
			])
		).code,
		0,
	);
	const {json} = await cli(['settings', 'get', 'demo', '--json']);
	t.like(json[0], {scope: 'sandbox', settings: {agent_policy_proposals_enabled: false}});
});

test('a setting for all sandboxes wins', async t => {
	const {cli} = await startReview(t);
	await cli([
		'settings',
		'set',
		'--global',
		'--key',
		'agent_policy_proposals_enabled',
		'--value',
		'no',
	]);
	const all = await cli(['settings', 'get', '--global', '--json']);
	t.like(all.json[0], {scope: 'global', settings: {agent_policy_proposals_enabled: false}});
	t.true((await cli(['settings', 'get'])).out.includes('agent_policy_proposals_enabled: false\n'));
});

test('a setting or a value that does not exist is refused', async t => {
	const {cli} = await startReview(t);
	const unknown = await cli(['settings', 'set', 'demo', '--key', 'nope', '--value', 'x']);
	t.is(unknown.code, 1);
	t.regex(unknown.error, /nope|setting/);
	t.is(
		(
			await cli([
				'settings',
				'set',
				'demo',
				'--key',
				'proposal_approval_mode',
				'--value',
				'whatever',
			])
		).code,
		1,
	);
});
