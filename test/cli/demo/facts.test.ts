import test from 'ava';
import {factOf, parseStep, whyItEnded} from '../../../cli/demo/facts.ts';

const waited = (status: string, rejection_reason = '') =>
	({
		step: 'waited',
		chunk_id: 'chk_1',
		status,
		policy_reloaded: true,
		rejection_reason,
		waited_ms: 1,
	}) as const;

const facts = {code: 1, login: '', commit: '', why: 'The reviewer said no.'};

test('a rejection is an end by ruling and not a failure', t => {
	t.deepEqual(factOf(waited('approved')), {});
	t.is(
		whyItEnded({...facts, ...factOf(waited('rejected', 'Use the mirror.'))}),
		"The demonstration ended by the reviewer's ruling: rejected. The reason: Use the mirror.",
	);
	t.regex(whyItEnded({...facts, ...factOf(waited('rejected'))}), /No reason was given/);
});

test('what the agent gave up on is why it failed', t => {
	const why = factOf({step: 'gave_up', why: 'No network.'});
	t.is(whyItEnded({...facts, ...why}), 'The demonstration failed: No network.');
	t.is(whyItEnded({...facts, why: ''}), 'The demonstration did not reach its end.');
});

test('a line that is no step is none', t => {
	t.is(parseStep('git: hello'), undefined);
	t.is(parseStep('{"a":1}'), undefined);
	t.deepEqual(parseStep('{"step":"started","login":"x"}'), {step: 'started', login: 'x'});
});
