import test from 'ava';
import {neverReached} from '../../../policies/model/never-reached.ts';

const rows: ReadonlyArray<readonly [host: string, port: number, code: string | undefined]> = [
	['api.example', 443, undefined],
	['10.0.0.1', 443, undefined],
	['8.8.8.8', 443, undefined],
	['127.0.0.1', 443, 'address_blocked'],
	['::1', 443, 'address_blocked'],
	['169.254.169.254', 80, 'address_blocked'],
	['64:ff9b::7f00:1', 443, 'address_blocked'],
	['localhost', 443, 'address_blocked'],
	['a.localhost', 443, 'address_blocked'],
	['notlocalhost', 443, undefined],
	['metadata.google.internal', 80, 'address_blocked'],
	['api.example', 2379, 'port_blocked'],
];

for (const [host, port, code] of rows) {
	test(`${host}:${port} is ${code ? `never opened: ${code}` : 'up to the rules'}`, t => {
		t.is(neverReached({host, port})?.code, code as never);
	});
}
