import test from 'ava';
import {
	anyChar,
	charSetOf,
	complement,
	contains,
	oneChar,
	overlaps,
	without,
} from '../../../../policies/model/automaton/char-set.ts';
import {
	chars,
	choice,
	repeat,
	sequence,
	text,
} from '../../../../policies/model/automaton/expression.ts';
import {intersects} from '../../../../policies/model/automaton/intersect.ts';
import {AutomatonLimit, LazyDfa} from '../../../../policies/model/automaton/lazy-dfa.ts';
import {nfaOf} from '../../../../policies/model/automaton/nfa.ts';

const isB = chars(oneChar(0x62));
const anything = repeat(chars(anyChar));

test('an automaton told to fail throws at its bound', t => {
	const dfa = new LazyDfa(nfaOf(text('abcdef')), {maxStates: 4, atBound: 'fail'});
	t.throws(() => dfa.test('abcdef'), {instanceOf: AutomatonLimit});
});

test('an automaton told to restart keeps its bound and its answers', t => {
	const dfa = new LazyDfa(nfaOf(text('abcdef')), {maxStates: 3, atBound: 'restart'});
	for (let round = 0; round < 3; round++) {
		t.true(dfa.test('abcdef'));
		t.false(dfa.test('abcdeg'));
		t.false(dfa.test('abcde'));
		t.true(dfa.size <= 3);
	}
});

test('an automaton stops reading where everything or nothing is accepted', t => {
	const dfa = new LazyDfa(nfaOf(sequence(text('a'), anything)), {maxStates: 64, atBound: 'fail'});
	const afterA = dfa.step(dfa.start(), dfa.classes.classOf(0x61));
	t.true(dfa.isAccepting(afterA));
	t.true(dfa.isUniversal(dfa.step(afterA, dfa.classes.classOf(0x62))));
	t.is(dfa.step(dfa.start(), dfa.classes.classOf(0x62)), LazyDfa.dead);
});

test('a loop inside a branch does not leak into the branch beside it', t => {
	const dfa = new LazyDfa(nfaOf(choice(sequence(text('a'), repeat(isB)), text('c'))), {
		maxStates: 64,
		atBound: 'fail',
	});
	t.true(dfa.test('abb'));
	t.true(dfa.test('c'));
	t.false(dfa.test('cb'));
	t.false(dfa.test(''));
});

test('two automata intersect when one text satisfies both', t => {
	const a = nfaOf(sequence(text('a'), anything));
	t.true(intersects(a, nfaOf(sequence(anything, text('b')))));
	t.false(intersects(a, nfaOf(text('b'))));
	t.true(intersects(nfaOf(repeat(isB)), nfaOf(anything)));
	t.false(intersects(nfaOf(text('')), nfaOf(text('a'))));
});

test('character sets are exact over all of Unicode', t => {
	const set = charSetOf([
		[0x66, 0x70],
		[0x61, 0x65],
		[0x10_ff_ff, 0x10_ff_ff],
	]);
	t.deepEqual(set, [
		[0x61, 0x70],
		[0x10_ff_ff, 0x10_ff_ff],
	]);
	t.deepEqual(complement(complement(set)), set);
	t.deepEqual(complement(anyChar), []);
	t.false(contains(without(anyChar, 0x2f), 0x2f));
	t.true(contains(without(anyChar, 0x2f), 0x2e));
	t.true(overlaps(set, oneChar(0x10_ff_ff)));
	t.false(overlaps(set, oneChar(0x60)));
});
