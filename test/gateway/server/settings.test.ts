import test from 'ava';
import {must, startTestGateway} from '../helpers/gateway.ts';

test('global settings are typed, stored and removed', async t => {
	const {reviewer} = await startTestGateway(t);
	t.deepEqual(must(await reviewer.globalSettings()), {});
	t.deepEqual(must(await reviewer.setGlobalSetting('agent_policy_proposals_enabled', 'off')), {
		agent_policy_proposals_enabled: false,
	});
	t.deepEqual(must(await reviewer.setGlobalSetting('proposal_approval_mode', 'auto')), {
		agent_policy_proposals_enabled: false,
		proposal_approval_mode: 'auto',
	});
	t.deepEqual(must(await reviewer.deleteGlobalSetting('proposal_approval_mode')), {
		agent_policy_proposals_enabled: false,
	});
});

const refusals: ReadonlyArray<readonly [key: string, value: string | boolean]> = [
	['policy', 'x'],
	['__proto__', 'x'],
	['proposal_approval_mode', 'AUTO'],
	['proposal_approval_mode', true],
	['agent_policy_proposals_enabled', 'maybe'],
];
for (const [key, value] of refusals) {
	test(`${key} = ${value} is refused`, async t => {
		const {reviewer} = await startTestGateway(t);
		t.like(await reviewer.setGlobalSetting(key, value), {
			ok: false,
			error: {kind: 'refused', status: 422, body: {error: 'invalid_setting'}},
		});
	});
}
