import test from 'ava';
import {killRepeatedly} from '../helpers/kills.ts';

test('a gateway killed in the middle of the loop loses nothing, and the proxy finds the next one', async t => {
	t.timeout(120_000);
	await killRepeatedly(t, {kills: 4, seed: 7});
});
