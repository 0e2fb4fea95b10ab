import test from 'ava';
import {reportDenials} from '../../../gateway/service/denials.ts';
import {maxDenialBatch} from '../../../gateway/service/limits.ts';
import {denialMaxAgeMs, denialMaxRows} from '../../../gateway/store/limits.ts';
import type {DenialRow, SandboxRow} from '../../../gateway/store/rows.ts';
import {insertSandbox} from '../../../gateway/store/sandboxes.ts';
import type {Denial} from '../../../policies/model/denial.ts';
import type {DenialId, Digest} from '../../../policies/model/names.ts';
import {attachSandbox, must, startTestGateway} from '../helpers/gateway.ts';
import {openTestStore, sandboxRow} from '../helpers/store.ts';

const now = 1_800_000_000_000;
let serial = 0;
const denial = (host: string, at = now, more: Partial<Denial> = {}): Denial => ({
	denial_id: `den_01J${String(++serial).padStart(23, '0')}` as DenialId,
	at,
	code: 'no_endpoint',
	layer: 'l4',
	host,
	port: 443,
	detail: `CONNECT ${host}:443 not permitted by policy`,
	reason: 'No rule names this host and port.',
	...more,
});

const prepare = async (t: Parameters<typeof openTestStore>[0]) => {
	const store = await openTestStore(t);
	const sandbox = sandboxRow('a');
	await store.write(write => insertSandbox(write, sandbox));
	const deps = {store, now: () => now, digest: (text: string) => text as Digest};
	return {
		store,
		report: (denials: readonly Denial[], dropped = 0) =>
			reportDenials(deps, sandbox, denials, dropped),
		rows: (limit = 100) =>
			store.read(({knex}) =>
				knex<DenialRow>('denials')
					.where('sandbox_id', sandbox.id)
					.orderBy('last_seen_ms', 'desc')
					.limit(limit),
			),
		sandbox: () =>
			store.read(({knex}) => knex<SandboxRow>('sandboxes').where({id: sandbox.id}).first()),
	};
};

test('refusals of one place are one row with a count, its newest record, and both its times', async t => {
	const {report, rows, sandbox} = await prepare(t);
	await report([denial('h', now - 9000), denial('h', now - 5000), denial('other')], 2);
	const last = denial('h', now - 1000);
	await report([last], 3);
	const [other, h] = await rows();
	t.like(other, {count: 1});
	t.like(h, {
		count: 3,
		denial_id: last.denial_id as string,
		first_seen_ms: now - 9000,
		last_seen_ms: now - 1000,
	});
	t.is((await sandbox())?.dropped_denials, 5);
});

test('method, path, binary and code tell places apart', async t => {
	const {report, rows} = await prepare(t);
	await report([
		denial('h'),
		denial('h', now, {method: 'GET'}),
		denial('h', now, {method: 'GET', path: '/a'}),
		denial('h', now, {binary: '/b'}),
		denial('h', now, {code: 'deny_rule'}),
		denial('h', now, {port: 80}),
	]);
	t.is((await rows()).length, 6);
});

test('the largest batch is one statement that the database takes', async t => {
	const {report, rows} = await prepare(t);
	await report(Array.from({length: maxDenialBatch}, (_, index) => denial(`h${index}`)));
	t.is((await rows(1000)).length, maxDenialBatch);
});

test('rows older than the bound go, and a clock that runs ahead does not keep one', async t => {
	const {report, rows} = await prepare(t);
	await report([denial('old', now - denialMaxAgeMs - 1), denial('future', now * 2)]);
	const kept = await rows();
	t.deepEqual(
		kept.map(row => row.last_seen_ms),
		[now],
	);
});

test('a sandbox keeps at most its bound of rows, the newest', async t => {
	const {store, report, rows} = await prepare(t);
	await store.write(async ({knex}) => {
		for (let index = 0; index < denialMaxRows; index += 500) {
			await knex('denials').insert(
				Array.from({length: 500}, (_, step) => ({
					sandbox_id: 'sbx_a',
					place: `p${index + step}`,
					denial_id: '',
					record: '',
					count: 1,
					first_seen_ms: now - 20_000,
					last_seen_ms: now - 20_000 + index + step,
				})),
			);
		}
	});
	await report([denial('new')]);
	const kept = await rows(denialMaxRows + 10);
	t.is(kept.length, denialMaxRows);
	t.is(String(kept.at(-1)?.place), 'p1');
});

test('a batch over the wire is read strictly, and its texts are cleaned', async t => {
	const gateway = await startTestGateway(t);
	const {client} = await attachSandbox(t, gateway);
	must(await client.reportDenials('demo', {denials: [denial('h\u202e', Date.now())], dropped: 0}));
	const bad: readonly object[] = [
		{...denial('h'), body: 'secret'},
		{...denial('h'), code: 'made_up'},
		{...denial('h'), port: 70_000},
		{...denial('h'), denial_id: 'chk_01JAAAAAAAAAAAAAAAAAAAAAAA'},
	];
	for (const row of bad) {
		t.like(await client.reportDenials('demo', {denials: [row as Denial], dropped: 0}), {
			ok: false,
			error: {status: 400, body: {error: 'invalid_request'}},
		});
	}

	const many = Array.from({length: maxDenialBatch + 1}, () => denial('h'));
	t.like(await client.reportDenials('demo', {denials: many, dropped: 0}), {
		ok: false,
		error: {kind: 'refused'},
	});
});
