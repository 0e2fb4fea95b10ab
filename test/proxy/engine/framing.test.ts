import test from 'ava';
import {faultOf} from '../../../proxy/engine/framing.ts';

/** Node's parser refuses most of these before; here they are refused whatever the parser does. */
const framings = {
	'no body': [[], undefined],
	'one length': [[['Content-Length', '5']], undefined],
	chunked: [[['Transfer-Encoding', 'Chunked']], undefined],
	'the same length twice': [
		[
			['Content-Length', '5'],
			['content-length', '5'],
		],
		'body_framing',
	],
	'length and coding': [
		[
			['Content-Length', '5'],
			['Transfer-Encoding', 'chunked'],
		],
		'body_framing',
	],
	'coding and length': [
		[
			['transfer-encoding', 'chunked'],
			['CONTENT-LENGTH', '0'],
		],
		'body_framing',
	],
	'chunked twice': [
		[
			['Transfer-Encoding', 'chunked'],
			['Transfer-Encoding', 'chunked'],
		],
		'body_framing',
	],
	'chunked and another': [[['Transfer-Encoding', 'chunked, identity']], 'body_framing'],
	'chunked with a tab': [[['Transfer-Encoding', '\tchunked']], 'body_framing'],
	'an empty coding': [[['Transfer-Encoding', '']], 'body_framing'],
} as const;

for (const [name, [headers, code]] of Object.entries(framings)) {
	test(`${name} is ${code ?? 'one body'}`, t => {
		const head = {method: 'POST', target: '/', headers: [['Host', 'a.test'], ...headers] as const};
		t.is(faultOf(head, '1.1', true)?.code, code);
	});
}
