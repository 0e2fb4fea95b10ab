import test from 'ava';
import {securityNotes} from '../../../policies/model/security-notes.ts';
import {readRule} from '../../helpers/policies.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type Vector = {readonly id: string; readonly endpoints: readonly object[]; readonly expect: string};

for (const {id, endpoints, expect} of contractVectors<Vector>('security_notes')) {
	test(`notes as upstream: ${id}`, t => {
		t.is(securityNotes(readRule({endpoints})), expect);
	});
}

test('a list of addresses without a host is noted', t => {
	const rule = readRule({endpoints: [{port: 443, allowed_ips: ['8.8.8.0/24']}]});
	t.is(
		securityNotes(rule),
		'allowed_ips allowlist is hostless and may match any hostname resolving within the configured range.',
	);
});

test('a network that may never be reached gives no note, because it fails', t => {
	t.is(
		securityNotes(
			readRule({endpoints: [{host: 'a.example', port: 443, allowed_ips: ['127.0.0.0/8']}]}),
		),
		'',
	);
});
