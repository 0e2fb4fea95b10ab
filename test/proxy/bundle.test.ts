import {chmod, readFile, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createSecureContext} from 'node:tls';
import test from 'ava';
import {createAuthority} from '../../proxy/authority.ts';
import {writeTrust} from '../../proxy/bundle.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {upstreamAuthority} from '../helpers/wire.ts';

test('the bundle holds the system roots, the upstream authority and ours; both files are readable by all', async t => {
	const folder = await temporaryDirectory(t);
	await writeFile(join(folder, 'bundle.pem'), 'old');
	await chmod(join(folder, 'bundle.pem'), 0o600);
	const {caPem} = createAuthority({name: 'test', now: Date.now, capacity: 1});
	await writeTrust(folder, {authority: caPem, upstreamCa: upstreamAuthority.caPem});
	const bundle = await readFile(join(folder, 'bundle.pem'), 'utf8');
	t.is(await readFile(join(folder, 'ca.pem'), 'utf8'), caPem);
	t.true(bundle.includes(caPem.trim()));
	t.true(bundle.includes(upstreamAuthority.caPem.trim()));
	t.true(bundle.split('-----BEGIN CERTIFICATE-----').length > 20);
	t.notThrows(() => createSecureContext({ca: bundle}));
	for (const file of ['ca.pem', 'bundle.pem']) {
		t.is((await stat(join(folder, file))).mode & 0o777, 0o644);
	}
});
