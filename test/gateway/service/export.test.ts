import test from 'ava';
import {makeExporter} from '../../../gateway/service/export.ts';
import {addEvent} from '../../../gateway/store/events.ts';
import type {Store} from '../../../gateway/store/open.ts';
import type {ProposalEvent} from '../../../policies/model/event.ts';
import type {ChunkId} from '../../../policies/model/names.ts';
import {until} from '../../helpers/wait.ts';
import {attachSandbox, must, propose, startTestGateway, tokenOf} from '../helpers/gateway.ts';
import {openTestStore, sandboxRow} from '../helpers/store.ts';

const record = (chunk: string): ProposalEvent => ({
	kind: 'proposal.proposed',
	at: 1,
	sandbox: 'a',
	chunk: chunk as ChunkId,
	summary: '',
	hosts: [],
	denials: [],
});

const add = (store: Store, chunk?: string): Promise<void> =>
	store.write(write =>
		addEvent(write, {
			at: 1,
			sandbox: sandboxRow('a'),
			kind: 'chunk-changed',
			data: {},
			...(chunk !== undefined && {record: record(chunk)}),
		}),
	);

test('every recorded event is exported once, in order, and only those', async t => {
	const store = await openTestStore(t);
	const seen: string[] = [];
	const exporter = makeExporter(
		store,
		async event => void seen.push(event.kind === 'proposal.proposed' ? event.chunk : ''),
		error => t.fail(String(error)),
	);
	for (const chunk of ['one', undefined, 'two', 'three']) {
		await add(store, chunk);
	}

	await Promise.all([exporter.flush(), exporter.flush()]);
	t.deepEqual(seen, ['one', 'two', 'three']);
	await exporter.flush();
	t.is(seen.length, 3);
});

test('what could not be written comes again, with the same uid', async t => {
	const store = await openTestStore(t);
	const uids: string[] = [];
	let isFull = true;
	const append = async (_event: ProposalEvent, uid: string): Promise<void> => {
		uids.push(uid);
		if (isFull && uids.length === 2) {
			throw new Error('disk full');
		}
	};

	await add(store, 'one');
	await add(store, 'two');
	await t.throwsAsync(makeExporter(store, append, error => t.fail(String(error))).flush(), {
		message: 'disk full',
	});
	isFull = false;
	await makeExporter(store, append, error => t.fail(String(error))).flush();
	t.deepEqual(uids, [
		`${store.epoch}-1`,
		`${store.epoch}-2`,
		`${store.epoch}-1`,
		`${store.epoch}-2`,
	]);
});

test('proposal, ruling and revision reach the record with who and what, in words of the contract', async t => {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway);
	const [first, second] = [await propose(sandbox, 'one'), await propose(sandbox, 'two')];
	must(await gateway.reviewer.approve('demo', first.id, tokenOf(first)));
	must(await gateway.reviewer.reject('demo', second.id, {reason: 'no', guidance_code: ''}));
	await until(() => gateway.recorded.length === 4);
	const [proposed, , approved, rejected] = gateway.recorded.map(({event}) => event);
	t.like(proposed, {
		kind: 'proposal.proposed',
		sandbox: 'demo',
		chunk: first.id,
		hosts: ['one.example.com'],
		summary:
			'add-rule one endpoints=[one.example.com:443 protocol=rest enforcement=enforce allow=[GET /v1]] binaries=[/usr/bin/curl]',
	});
	t.like(approved, {
		kind: 'proposal.approved',
		revision: 2,
		ruling: {action: 'approve', by: {name: 'tester'}, review_token: first.review_token},
	});
	t.like(rejected, {kind: 'proposal.rejected', ruling: {action: 'reject', reason: 'no'}});
});

test('a gateway that was stopped before the export catches up at its next start', async t => {
	const gateway = await startTestGateway(t, {
		async append() {
			throw new Error('disk full');
		},
	});
	const sandbox = await attachSandbox(t, gateway);
	await propose(sandbox, 'one');
	await gateway.close();
	t.true(gateway.faults.length > 0);
	const again = await startTestGateway(t, {directory: gateway.directory});
	await until(() => again.recorded.length === 1);
	t.like(again.recorded[0]?.event, {kind: 'proposal.proposed'});
});
