import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {systemClock} from '../../cli/clock.ts';
import {openGatewayRecord} from '../../cli/gateway-record.ts';
import type {ProposalEvent} from '../../policies/model/event.ts';
import {hasSchemas, ocsfProblems, whySkipped} from '../helpers/ocsf-schemas.ts';
import {temporaryDirectory} from '../helpers/temp.ts';

const proposed = {
	kind: 'proposal.proposed',
	at: Date.UTC(2026, 10, 21),
	sandbox: 'demo',
	chunk: 'chk_01M80BXTPXKFSV6K27PHC2WZBR',
	summary: 'add-rule allow_api_example_com_443',
	hosts: ['api.example.com'],
	denials: [],
} as unknown as ProposalEvent;

type OcsfLine = {readonly metadata: {readonly uid: string; readonly sequence: number}};

test("the gateway's record is valid OCSF, and an event that comes again has the same uid", async t => {
	const folder = await temporaryDirectory(t);
	const record = openGatewayRecord({folder, version: '0.0.0', clock: systemClock});
	for (const row of ['epoch-1', 'epoch-2', 'epoch-1']) {
		await record.append(proposed, row);
	}

	await record.close();
	const [file = ''] = await readdir(folder);
	const lines = (await readFile(path.join(folder, file), 'utf8'))
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as OcsfLine);
	const [first, second, again] = lines.map(({metadata}) => metadata.uid);
	t.is(again, first);
	t.not(second, first);
	if (hasSchemas) {
		t.deepEqual(
			lines.flatMap(line => ocsfProblems(line)),
			[],
		);
	} else {
		t.log(whySkipped);
	}
});
