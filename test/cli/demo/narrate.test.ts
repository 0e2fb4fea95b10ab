import test from 'ava';
import {makeNarrator} from '../../../cli/demo/narrate.ts';
import type {Step} from '../../../cli/demo/steps.ts';
import {textOf} from '../../../tui/present/line.ts';
import {makeChunk} from '../../helpers/chunk.ts';

const tell = (...steps: Step[]): string[] => {
	const narrate = makeNarrator();
	return steps.flatMap(step => narrate(step).map(textOf));
};

test('steps are numbered and belong to what they follow', t => {
	t.deepEqual(
		tell(
			{
				step: 'request',
				method: 'POST',
				url: 'https://api.github.com/user/repos',
				status: 403,
				note: 'policy_denied',
				ms: 1234,
			},
			{
				step: 'denied',
				layer: 'l7',
				detail: 'POST /user/repos not permitted by policy',
				reason: 'why',
				denial_id: 'den_1',
				ms: 1235,
			},
			{step: 'ruled', chunk_id: 'chk_1', ruling: 'approve', by: 'demo', revision: 2, ms: 2000},
		),
		[
			'',
			' 1  The agent sends POST https://api.github.com/user/repos → 403 (policy_denied)  1.23 s',
			'    Denied at L7: POST /user/repos not permitted by policy',
			'    why (den_1)',
			'',
			' 2  Approved by demo; policy version 2  2.00 s',
		],
	);
});

test('the review shows the whole proposal', t => {
	const lines = tell({step: 'review', chunk: makeChunk()});
	t.true(
		lines.some(line =>
			line.includes('Endpoints: api.github.com:443 [L7 rest, allow POST /user/repos]'),
		),
	);
	t.true(lines.some(line => line.includes('Token: ab12cd34ef56')));
});

const evil = '\u001B[2J\u202E';

test('nothing the agent says can drive the terminal', t => {
	const steps: Step[] = [
		{step: 'request', method: evil, url: evil, status: 1, note: evil},
		{step: 'denied', layer: evil, detail: evil, reason: evil, denial_id: evil},
		{step: 'read_skill', path: evil, lines: 1},
		{step: 'proposed', chunk_id: evil, intent: evil, operation: evil, broader: true},
		{
			step: 'waited',
			chunk_id: evil,
			status: evil,
			policy_reloaded: true,
			rejection_reason: evil,
			waited_ms: 1,
		},
		{step: 'pushing', commit: evil, url: evil},
		{step: 'push_refused', says: evil},
		{step: 'pushed', commit: evil},
		{step: 'gave_up', why: evil},
		{step: 'verified', repository: true, commit: false, commit_id: evil},
	];
	for (const line of tell(...steps)) {
		t.notRegex(line, /[\p{Cc}\p{Cf}]/u);
	}
});
