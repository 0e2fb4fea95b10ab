import test from 'ava';
import fc from 'fast-check';
import {
	bounded,
	freeText,
	jsonLine,
	shownText,
	shownToken,
	writtenText,
} from '../../../../policies/model/ocsf/text.ts';
import {hostileText} from '../../../helpers/events.ts';

test('a text is cut on code points, never inside one', t => {
	t.is(bounded('abc', 3), 'abc');
	t.is(bounded('abcd', 3), 'abc...');
	t.is(bounded('😀😀😀', 2), '😀😀...');
	t.is(bounded('😀😀', 2), '😀😀');
});

test('free text loses queries and user-info', t => {
	t.is(
		freeText('GET https://u:p@h.example/x?token=1] end', 200),
		'GET https://h.example/x?[redacted]] end',
	);
});

test('a question keeps its mark', t => {
	t.is(freeText('Why? Is docs/ enough?', 200), 'Why? Is docs/ enough?');
});

test('what a person wrote becomes one visible line', t => {
	t.is(writtenText(' Scope\r\nthis \u202eto docs. ', 200), 'Scope this <U+202E>to docs.');
});

test('a shown text cannot open or close a bracket', t => {
	t.is(shownText('a] [b\\\nc'), 'a\\] \\[b\\\\ c');
	t.is(shownToken('a b\u00a0c'), 'a<U+0020>b<U+0020>c');
	t.is(shownToken(''), '-');
});

test('a JSON line holds nothing unseen and reads back as it was', t => {
	fc.assert(
		fc.property(fc.dictionary(hostileText, hostileText), value => {
			const line = jsonLine(value);
			const isPlain = !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(line);
			return isPlain && JSON.stringify(JSON.parse(line)) === JSON.stringify(value);
		}),
	);
	t.pass();
});
