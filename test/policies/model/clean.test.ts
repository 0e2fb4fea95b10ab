import test from 'ava';
import fc from 'fast-check';
import {clean, cleanIdent, cleanProse, jsonSafe} from '../../../policies/model/clean.ts';

const attacks: ReadonlyArray<readonly [string, string]> = [
	['\u001b[1;32mPROVER: OK', '<U+001B>[1;32mPROVER: OK'],
	['\u009d0;pwn\u009c', '<U+009D>0;pwn<U+009C>'],
	['a\u202eb\u2067c', 'a<U+202E>b<U+2067>c'],
	['a\u200bb\ufeffc\u00add', 'a<U+200B>b<U+FEFF>c<U+00AD>d'],
	['a\u2028b\u2029c', 'a<U+2028>b<U+2029>c'],
	['a\r\nb\tc\0', 'a<U+000D><U+000A>b<U+0009>c<U+0000>'],
	['tag\u{e0041}', 'tag<U+E0041>'],
	['blank\u2800\u3164', 'blank<U+2800><U+3164>'],
	['lone \ud800', 'lone <U+D800>'],
	['e\u0301\u0302\u0303', 'e\u0301\u0302<U+0303>'],
	['wide\u3000space', 'wide space'],
	['Grüße, 世界', 'Grüße, 世界'],
];

for (const [raw, expected] of attacks) {
	test(`${JSON.stringify(raw)} shows as ${JSON.stringify(expected)}`, t => {
		t.is(clean(raw), expected);
	});
}

test('names show every character that is not printable ASCII', t => {
	t.is(cleanIdent('g\u0456thub.com\u001b'), 'g<U+0456>thub.com<U+001B>');
	t.is(cleanIdent('😀'), '<U+1F600>');
	t.is(cleanIdent('/usr/bin/curl'), '/usr/bin/curl');
});

test('prose keeps its lines and tells what was found in it', t => {
	t.deepEqual(cleanProse('one\r\ntwo\u001b[2J\u202e\u0007\u200b שלום'), {
		text: 'one\ntwo<U+001B>[2J<U+202E><U+0007><U+200B> שלום',
		hazards: ['terminal escape', 'bidi', 'control', 'invisible', 'right-to-left'],
		isCut: false,
	});
	t.deepEqual(cleanProse('plain'), {text: 'plain', hazards: [], isCut: false});
});

test('long text is cut by code points and says so', t => {
	t.is(clean('😀'.repeat(5), 4), `${'😀'.repeat(4)}… [cut]`);
	t.is(cleanIdent('abcde', 4), 'abcd… [cut]');
	t.is(clean('abcd', 4), 'abcd');
	t.true(cleanProse('a'.repeat(4001)).isCut);
});

const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;
const anyText = fc.oneof(
	fc.string({unit: 'binary', maxLength: 60}),
	fc
		.array(fc.integer({min: 0, max: 0xffff}), {maxLength: 60})
		.map(units => String.fromCharCode(...units)),
	fc
		.array(fc.constantFrom('\u001b', '\u009b', '\u202e', '\u0301', 'a', '\n', '\u200d'), {
			maxLength: 30,
		})
		.map(parts => parts.join('')),
);

test('what comes out of a cleaner never holds a control, a format or a lone character', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				anyText,
				raw =>
					!hidden.test(clean(raw)) &&
					!hidden.test(cleanProse(raw).text.replaceAll('\n', '')) &&
					/^[\u0020-\u007e]*$/.test(cleanIdent(raw)),
			),
			{numRuns: 3000},
		);
	});
});

test('cleaning clean text changes nothing', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				anyText,
				raw => clean(clean(raw)) === clean(raw) && cleanIdent(cleanIdent(raw)) === cleanIdent(raw),
			),
		);
	});
});

test('safe JSON holds nothing hidden and parses to the same value', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.jsonValue({
					stringUnit: fc.integer({min: 0, max: 0xffff}).map(unit => String.fromCharCode(unit)),
				}),
				fc.constantFrom(undefined, 2),
				(value, indent) => {
					const text = jsonSafe(value, indent);
					t.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
					return !hidden.test(text.replaceAll('\n', ''));
				},
			),
		);
	});
	t.is(
		jsonSafe({a: '\u009b\u202e\u2028\u{e0041}'}),
		String.raw`{"a":"\u009b\u202e\u2028\udb40\udc41"}`,
	);
	t.is(jsonSafe(undefined), 'null');
});
