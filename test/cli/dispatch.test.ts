import test, {type ExecutionContext} from 'ava';
import {catalogue} from '../../cli/catalogue.ts';
import {call as callWith} from '../helpers/call.ts';

const call = (t: ExecutionContext, ...argv: string[]) => callWith(t, argv);

test('the help names every command', async t => {
	const {code, out} = await call(t, '--help');
	t.is(code, 0);
	for (const {name} of catalogue) {
		t.true(out.includes(`  ${name} `), name);
	}

	t.is((await call(t)).code, 2);
});

for (const {name, summary, load} of catalogue) {
	test(`'${name} --help' says what it does, its flags and examples`, async t => {
		const {code, out} = await call(t, ...name.split(' '), '--help');
		t.is(code, 0);
		t.true(out.startsWith(`${summary}\n`));
		t.regex(out, new RegExp(`^  openshell ${name}`, 'm'));
		const command = await load();
		t.is(command.name, name);
		t.true(command.examples.length > 0);
		t.true(command.examples.every(example => example.includes(`openshell ${name}`)));
	});

	test(`'${name}' refuses an unknown flag`, async t => {
		const {code, error} = await call(t, ...name.split(' '), '--no-such-thing');
		t.is(code, 2);
		t.regex(error, /Unknown flag --no-such-thing/);
	});
}

for (const [argv, message] of [
	[['gatway', 'start'], "Unknown command 'gatway'. Did you mean 'gateway'?"],
	[['gateway', 'stort'], "Unknown 'gateway' command 'stort'. Did you mean 'start'?"],
	[['rl', 'aprove', 'x'], "Unknown 'rule' command 'aprove'. Did you mean 'approve'?"],
	[['constructor'], "Unknown command 'constructor'."],
	[['rule', 'get', 'a', 'b'], "Only one sandbox can be named; 'b' is too much."],
	[['rule', 'get', 'Bad_Name'], "'Bad_Name' is not a sandbox"],
	[['rule', 'get', '--status', 'pendin'], "'pendin' is not a status. Did you mean 'pending'?"],
	[['rule', 'approve'], 'Say which proposal: openshell rule approve chk_…'],
	[['rule', 'approve', 'chk_1', '--token', 'xyz'], '--token takes the 12 digits'],
	[['rule', 'show', 'chk_1', 'chk_2'], 'Name one sandbox and one proposal at most.'],
	[['rule', 'get', '--gateway', 'https://h:1'], "The gateway 'https://h:1' is an address"],
	[['run', '--connect-to', 'foo', '--', 'true'], '--connect-to "foo" cannot be read'],
	[['run', '--name', 'Bad_Name', '--', 'true'], '--name Bad_Name: '],
	[['run', '--approval-mode', 'x', '--', 'true'], "--approval-mode takes manual or auto, not 'x'."],
	[['settings', 'set', '--key', 'x'], '--value is missing'],
] as const) {
	test(`'${argv.join(' ')}' is a usage error that says what is meant`, async t => {
		const {code, error} = await call(t, ...argv);
		t.is(code, 2);
		t.true(error.includes(message), error);
	});
}

test('a group without a verb shows its commands', async t => {
	const {code, out} = await call(t, 'rule');
	t.is(code, 2);
	t.true(out.includes('rule approve') && !out.includes('gateway start'));
	t.is((await call(t, 'rl', '--help')).code, 0);
});

test('where no gateway answers the exit code is 5 and the text says how to start one', async t => {
	const {code, error} = await call(t, 'rule', 'get');
	t.is(code, 5);
	t.regex(error, /openshell gateway start --detached/);
});
