import test from 'ava';
import {parseConfigFile} from '../../cli/config-file.ts';
import {Failure} from '../../cli/failure.ts';

test('every key of the configuration file is read', t => {
	const config = parseConfigFile(
		'gateway: /run/g.sock\nstate_dir: /var/x\nplugins:\n  extra: {module: /p.js, level: 2}\n',
		'c.yaml',
	);
	t.is(config.gateway, '/run/g.sock');
	t.is(config.stateDir, '/var/x');
	t.deepEqual(config.plugins.get('extra'), {module: '/p.js', level: 2});
});

test('an empty file changes nothing', t => {
	t.deepEqual(parseConfigFile('# nothing\n', 'c.yaml'), {plugins: new Map()});
});

for (const [text, message] of [
	['gatway: x\n', "c.yaml:1:1: unknown key 'gatway'. Did you mean 'gateway'?"],
	['gateway: x\nstate_dir: 3\n', "c.yaml:2:12: 'state_dir' must be text"],
	['- a\n', 'c.yaml:1:1: the file must hold keys and values'],
	['gateway: a\ngateway: b\n', 'c.yaml:2:1: Map keys must be unique'],
	['plugins: [a]\n', "c.yaml:1:10: 'plugins' must map names to settings"],
	['plugins: {"../x": {}}\n', 'c.yaml:1:11: a plugin name is 1 to 64 of a-z, 0-9, _ and -'],
	['plugins: {x: 3}\n', "c.yaml:1:14: 'plugins.x' must hold keys and values"],
] as const) {
	test(`${JSON.stringify(text)} is refused with its place`, t => {
		const error = t.throws(() => parseConfigFile(text, 'c.yaml'), {instanceOf: Failure});
		t.true(error?.message.startsWith(message), error?.message);
	});
}
