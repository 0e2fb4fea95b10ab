import test from 'ava';
import {defaultChain} from '../../plugins/all.ts';
import {testPlugin} from '../contract/plugin.ts';
import {fakeHost} from '../helpers/plugin-host.ts';

const log = {record: async () => undefined};

test('the default chain serves first, speaks, renders, and records last', t => {
	const names = defaultChain(log).map(make => make(fakeHost()).name);
	t.deepEqual(names, ['policy-local', 'rest', 'tcp', 'deny-body', 'ocsf-log']);
});

test('a foreign plugin stands before the renderer and the record, so that it hides from neither', t => {
	const names = defaultChain(log, [() => ({name: 'foreign'})]).map(make => make(fakeHost()).name);
	t.deepEqual(names.slice(-3), ['foreign', 'deny-body', 'ocsf-log']);
});

for (const make of defaultChain(log)) {
	testPlugin(make(fakeHost()).name, {make});
}
