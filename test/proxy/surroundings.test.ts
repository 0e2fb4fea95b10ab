import test from 'ava';
import {makeSurroundings} from '../../proxy/surroundings.ts';

test("this machine's addresses and our ports are known, and read again after a moment", t => {
	let now = 10_000;
	let address = '192.0.2.1';
	let reads = 0;
	const ports = [3128];
	const surroundings = makeSurroundings({
		interfaces() {
			reads += 1;
			return {eth0: [{address} as never], none: undefined};
		},
		ownPorts: () => ports,
		now: () => now,
	});
	t.deepEqual(surroundings(), {interfaceAddresses: ['192.0.2.1'], ownPorts: [3128]});
	address = '192.0.2.2';
	ports.push(8443);
	t.deepEqual(surroundings(), {interfaceAddresses: ['192.0.2.1'], ownPorts: [3128, 8443]});
	t.is(reads, 1);
	now += 1000;
	t.deepEqual(surroundings().interfaceAddresses, ['192.0.2.2']);
	now -= 5000;
	surroundings();
	t.is(reads, 3);
});
