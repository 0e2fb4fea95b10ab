import test from 'ava';
import {nextCommand} from '../../cli/next-command.ts';
import {propose} from '../gateway/helpers/gateway.ts';
import {call} from '../helpers/call.ts';
import {startReview} from '../helpers/review.ts';

test('what to type next names the same places, as a shell reads them', t => {
	t.is(nextCommand('rule get', {given: []}), 'openshell rule get');
	t.is(
		nextCommand('rule get', {given: ['--state-dir', "it's here", '--gateway', '/a/b.sock']}),
		String.raw`openshell rule get --state-dir 'it'\''s here' --gateway /a/b.sock`,
	);
});

test('a hint carries the gateway that was given, and tells scripts of --token', async t => {
	const {cli, gateway, sandbox} = await startReview(t);
	const chunk = await propose(sandbox, 'api');
	const {error} = await cli(['rule', 'approve', chunk.id]);
	t.true(error.includes(`openshell rule show ${chunk.id} --gateway ${gateway.socketPath} `), error);
	t.true(error.includes('--token'));
});

test('a hint carries the state that was given, and not the one of a variable', async t => {
	const given = await call(t, ['rule', 'get', '--state-dir', 'there']);
	t.true(given.error.includes('openshell gateway start --detached --state-dir there\n'));
	const other = await call(t, ['rule', 'get']);
	t.true(other.error.includes('openshell gateway start --detached\n'));
	const named = await call(t, ['rule', 'get', '--gateway', '/no/such.sock']);
	t.regex(named.error, /Start that one, or leave --gateway away/);
});
