import test from 'ava';
import {Failure} from '../../cli/failure.ts';
import {type FlagSpecs, parseFlags} from '../../cli/flags.ts';

const specs: FlagSpecs = {
	policy: {type: 'text', value: 'FILE', about: 'the policy'},
	connectTo: {type: 'list', value: 'PLACE', about: 'where to dial'},
	allowUnenforced: {type: 'boolean', about: 'accept it'},
	help: {type: 'boolean', short: 'h', about: 'help'},
};

test('flags of every kind are read by their names', t => {
	const {flags, input} = parseFlags(specs, [
		'one',
		'--policy',
		'a.yaml',
		'--connect-to=x:1:y:2',
		'--connect-to',
		'z:3:w:4',
		'--allow-unenforced',
		'two',
	]);
	t.deepEqual(input, ['one', 'two']);
	t.is(flags.text('policy'), 'a.yaml');
	t.deepEqual(flags.list('connectTo'), ['x:1:y:2', 'z:3:w:4']);
	t.true(flags.is('allowUnenforced'));
	t.false(flags.is('help'));
});

test('an input that looks like a number stays the text that was typed', t => {
	t.deepEqual(parseFlags(specs, ['007', '1e3']).input, ['007', '1e3']);
});

for (const [argv, message] of [
	[['--polcy', 'x'], 'Unknown flag --polcy. Did you mean --policy?'],
	[['--connct-to=x'], 'Unknown flag --connct-to. Did you mean --connect-to?'],
	[['-z'], 'Unknown flag -z. See --help for the flags there are.'],
	[['--policy'], '--policy needs a value: --policy FILE.'],
	[['--policy', 'a', '--policy', 'b'], 'The flag --policy can only be set once.'],
	[['--__proto__', 'x'], undefined],
] as const) {
	test(`'${argv.join(' ')}' is a usage error`, t => {
		const error = t.throws(() => parseFlags(specs, argv), {instanceOf: Failure});
		t.is(error?.code, 2);
		if (message !== undefined) {
			t.is(error?.message, message);
		}
	});
}

test('a lone dash is the value of the flag before it', t => {
	const {flags, input} = parseFlags(specs, ['--policy', '-', 'one']);
	t.is(flags.text('policy'), '-');
	t.deepEqual(input, ['one']);
});

test('reading a flag that was never declared is our own bug', t => {
	t.throws(() => parseFlags(specs, []).flags.text('nope'), {instanceOf: TypeError});
});
