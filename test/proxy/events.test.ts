import test from 'ava';
import type {Deny} from '../../policies/model/decision.ts';
import {makeDenial} from '../../proxy/denial.ts';
import {answeredEvent, deniedEvent} from '../../proxy/events.ts';
import {connect, deny, rule} from '../helpers/gate-world.ts';

const request = {id: 'r', scheme: 'https', method: 'GET', path: '/a', isTunnelled: true} as const;
const subject = {connection: connect().connection, host: 'api.example.com', port: 443, request};

const refused = (refusal: Deny): string => {
	const event = deniedEvent(
		makeDenial({at: 1, ulid: '0'.repeat(26)}, subject, refusal, undefined),
		subject,
		refusal,
	);
	return 'engine' in event ? event.engine : '';
};

for (const [title, refusal, engine] of [
	['the L4 table', deny('no_endpoint'), 'opa'],
	['the guard', deny('address_internal'), 'ssrf'],
	['a word', {...deny('not_permitted', 'l7'), word: 'graphql'}, 'l7-graphql'],
	['the proxy, before any word was asked', deny('malformed_target', 'l7'), 'l7'],
] as const) {
	test(`a refusal by ${title} names ${engine} as its engine`, t => {
		t.is(refused(refusal), engine);
	});
}

test('what is let through names the word that allowed it, or the L4 table', t => {
	const engineOf = (layer: 'l4' | 'l7', word?: string) => {
		const decision = {kind: 'allow', layer, rule, because: 'a rule', ...(word && {word})} as const;
		const event = answeredEvent(subject, 1, decision, {status: 200, latencyMs: 1});
		return 'engine' in event && event.engine;
	};
	t.is(engineOf('l7', 'rest'), 'l7-rest');
	t.is(engineOf('l4'), 'opa');
});
