import test from 'ava';
import {matcherOf, readMatcher} from '../../../../policies/model/glob/compile.ts';

test('rules that write the same pattern share one matcher', t => {
	const first = readMatcher('/shared/*', 'path');
	const again = readMatcher('/shared/*', 'path');
	t.true(first.ok && again.ok && first.value === again.value);
	const value = readMatcher('/shared/*', 'value');
	t.true(first.ok && value.ok && first.value !== value.value);
	t.true(value.ok && value.value.test('/shared/a/b'));
	t.false(first.ok && first.value.test('/shared/a/b'));
});

test('a pattern that cannot be read is an error each time, and never kept', t => {
	for (const _ of [1, 2]) {
		t.like(readMatcher('/[a', 'path'), {ok: false, error: {kind: 'UnclosedClass'}});
		t.throws(() => matcherOf('/[a', 'path'), {instanceOf: TypeError});
	}
});

test('** alone matches every text, the empty one too', t => {
	for (const text of ['', '/', '/a/b', 'x']) {
		t.true(matcherOf('**', 'path').test(text));
	}
});
