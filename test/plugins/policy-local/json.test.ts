import test from 'ava';
import fc from 'fast-check';
import {parseJson} from '../../../plugins/policy-local/json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

test('JSON reads as JSON does', t => {
	fc.assert(
		fc.property(fc.jsonValue(), value => {
			const text = JSON.stringify(value);
			const parsed = parse(text);
			return parsed.ok && JSON.stringify(parsed.value) === text;
		}),
	);
	t.pass();
});

test('a key twice in one object is refused, however it is spelled; in two objects it is not', t => {
	for (const text of [
		'{"a":1,"a":2}',
		'{"a":1,"\\u0061":2}',
		'{"x":[{"b":{"c":1},"b":2}]}',
		'{"a":"}","b":"\\"{","a":1}',
		'{"__proto__":1,"__proto__":2}',
	]) {
		t.like(parse(text), {ok: false}, text);
	}

	for (const text of [
		'[{"a":1},{"a":2}]',
		'{"a":{"a":1}}',
		'{"a":"a","b":"a:a"}',
		'{"":{"":1}}',
		'{"a":"\\\\","b":1}',
	]) {
		t.like(parse(text), {ok: true}, text);
	}
});

test('what is not UTF-8 JSON is refused without being repeated', t => {
	for (const bytes of [
		Buffer.from('not json with s3cr3t'),
		Buffer.from([0xff, 0xfe, 0x7b, 0x7d]),
		Buffer.from('7b2261223a22ff227d', 'hex'),
		Buffer.from('\ufeff{}'),
		Buffer.from('{"a":1}{'),
		Buffer.from(''),
	]) {
		const parsed = parseJson(bytes);
		t.false(parsed.ok);
		t.notRegex(JSON.stringify(parsed), /s3cr3t/);
	}
});

test('a body as deep as it is long is read or refused, not crashed on', t => {
	t.like(parse(`${'['.repeat(32_000)}${']'.repeat(32_000)}`), {ok: true});
	t.like(parse('['.repeat(65_000)), {ok: false});
});
