import test from 'ava';
import {jsonAnswer} from '../../plugins/answer.ts';

test('an answer is JSON with sorted keys that nothing caches or sniffs', t => {
	t.deepEqual(jsonAnswer(403, {b: 1, a: {d: [{z: 1, y: 2}], c: 'é'}}, [['x-more', '1']]), {
		status: 403,
		headers: [
			['content-type', 'application/json'],
			['content-length', '42'],
			['connection', 'close'],
			['cache-control', 'no-store'],
			['x-content-type-options', 'nosniff'],
			['x-more', '1'],
		],
		body: '{"a":{"c":"é","d":[{"y":2,"z":1}]},"b":1}',
	});
});

test('nothing unseen is left in a body', t => {
	const {body} = jsonAnswer(200, {text: '\u202e\u0085\u2028\u009b'});
	t.is(body, '{"text":"\\u202e\\u0085\\u2028\\u009b"}');
});
