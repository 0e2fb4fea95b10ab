import test from 'ava';
import {tcp} from '../../../plugins/tcp/protocol.ts';
import {readEndpoint} from '../../helpers/policies.ts';

const parse = (endpoint: object) =>
	tcp.parse(readEndpoint({host: 'h.example', port: 5432, protocol: 'tcp', ...endpoint}));

test('a tcp endpoint is decided on the place alone', t => {
	t.deepEqual(parse({}), {ok: true, value: []});
	t.is(tcp.layer, 'l4');
});

for (const endpoint of [
	{access: 'full'},
	{rules: [{allow: {method: 'GET', path: '/'}}]},
	{deny_rules: [{method: 'GET'}]},
]) {
	test(`a tcp endpoint has no ${Object.keys(endpoint).join()}`, t => {
		const parsed = parse(endpoint);
		t.true(
			!parsed.ok &&
				parsed.error[0]?.message.startsWith(
					'protocol tcp does not support access, rules, or deny_rules',
				),
		);
	});
}
