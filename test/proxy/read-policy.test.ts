import test from 'ava';
import {builtInWords} from '../../plugins/words.ts';
import {readPolicy} from '../../proxy/read-policy.ts';

test('a policy text is read, and its hash is of its meaning and not of its spelling', t => {
	const one = readPolicy('version: 1\nnetwork_policies: {}\n', builtInWords);
	const other = readPolicy('# a comment\n{version: 1}\n', builtInWords);
	t.regex(one.ok ? one.value.hash : '', /^[\da-f]{64}$/);
	t.deepEqual(one.ok && one.value.hash, other.ok && other.value.hash);
});

test('every problem is told on its own line with its place', t => {
	const read = readPolicy(
		'version: 1\nnetwork_polices: {}\nnetwork_policies:\n  a: {name: a, binaries: [{path: /x}], endpoints: [{host: a.test, port: 443, protocol: gopher}]}\n',
		builtInWords,
	);
	t.false(read.ok);
	t.regex(read.ok ? '' : read.error, /^line 2, column \d+: network_polices: /m);
	t.regex(read.ok ? '' : read.error, /gopher/);
});
