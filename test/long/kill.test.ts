import test from 'ava';
import {killRepeatedly} from '../helpers/kills.ts';

test('fifty kills of the gateway lose nothing acknowledged and leave nothing half done', async t => {
	t.timeout(600_000);
	await killRepeatedly(t, {kills: 50, seed: 20_261_121});
});
