import test from 'ava';
import {makeOutput} from '../../cli/output.ts';

function record({isTTY = false, useColor = true} = {}) {
	const written = {out: '', error: ''};
	const stream = (name: 'out' | 'error') => ({
		isTTY,
		write(text: string) {
			written[name] += text;
		},
	});
	return {written, output: makeOutput(stream('out'), stream('error'), {useColor})};
}

const hostile = 'a\u001B[2Jb\u009Bc\u202Ed\u0007e\nf\u200Bg';

test('results go to stdout and progress to stderr', t => {
	const {written, output} = record();
	output.lines([[{text: 'one'}], [{text: 'two', style: 'bad'}]]);
	output.progress('wait');
	t.deepEqual(written, {out: 'one\ntwo\n', error: 'wait\n'});
});

test('colour is for terminals, unless it is not wanted', t => {
	const colored = record({isTTY: true});
	colored.output.lines([[{text: 'x', style: 'bad'}]]);
	t.is(colored.written.out, '\u001B[31mx\u001B[0m\n');
	const plain = record({isTTY: true, useColor: false});
	plain.output.lines([[{text: 'x', style: 'bad'}]]);
	t.is(plain.written.out, 'x\n');
});

test('nothing from outside can drive the terminal', t => {
	const {written, output} = record();
	output.lines([[{text: hostile}]]);
	output.progress(hostile);
	const shown = 'a<U+001B>[2Jb<U+009B>c<U+202E>d<U+0007>e<U+000A>f<U+200B>g\n';
	t.deepEqual(written, {out: shown, error: shown});
});

test('JSON is one line, means the same, and has no invisible character', t => {
	const {written, output} = record();
	output.json({text: hostile, emoji: '🙂', umlaut: 'ü'});
	const line = written.out.trimEnd();
	t.deepEqual(JSON.parse(line), {text: hostile, emoji: '🙂', umlaut: 'ü'});
	t.true(line.includes('ü') && line.includes('🙂'));
	t.notRegex(line, /[\p{Cc}\p{Cf}]/u);
});
