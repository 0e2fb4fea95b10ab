import test from 'ava';
import type {GatewayClient} from '../../../gateway/client/client.ts';
import type {Feed} from '../../../gateway/client/feed.ts';
import {gatewayPort} from '../../../gateway/client/port.ts';
import type {ClientFailure} from '../../../gateway/client/transport.ts';
import {err, ok} from '../../../policies/model/result.ts';
import {addRule, proposal} from '../helpers/gateway.ts';

const broken: ClientFailure = {kind: 'unreachable', detail: 'socket hang up'};
const answer = {bundle_id: 'bnd_1', accepted_chunks: 1};

/** A port whose submissions fail so, one after the other, and then succeed. */
const portWith = (...failures: readonly ClientFailure[]) => {
	const keys: (string | undefined)[] = [];
	let ids = 0;
	const client = {
		async submit(_: string, __: unknown, key?: string) {
			keys.push(key);
			const failure = failures[keys.length - 1];
			return failure === undefined ? ok(answer) : err(failure);
		},
	} as unknown as GatewayClient;
	const newId = (): string => {
		ids += 1;
		return `id-${ids}`;
	};
	const port = gatewayPort(client, {} as Feed, {sandbox: 'demo', newId});
	return {keys, submit: () => port.submit(proposal(addRule('api')))};
};

test('a submission whose connection breaks before the answer is repeated once, as the same one', async t => {
	const {keys, submit} = portWith(broken);
	t.like(await submit(), {ok: true, value: {accepted_chunks: 1}});
	t.deepEqual(keys, ['id-1', 'id-1']);
	await submit();
	t.deepEqual(keys, ['id-1', 'id-1', 'id-2']);
});

test('a gateway that stays away is not asked without end', async t => {
	const {keys, submit} = portWith(broken, broken, broken);
	t.like(await submit(), {ok: false, error: {kind: 'unreachable'}});
	t.is(keys.length, 2);
});

test('a refusal is an answer, and not asked for twice', async t => {
	const body = {error: 'invalid_proposal', detail: 'no'};
	const {keys, submit} = portWith({kind: 'refused', status: 422, body});
	t.like(await submit(), {ok: false, error: {kind: 'refused', detail: 'no'}});
	t.is(keys.length, 1);
});
