import {randomBytes} from 'node:crypto';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {openStore, type Store} from '../../../gateway/store/open.ts';
import type {SandboxRow} from '../../../gateway/store/rows.ts';
import type {Digest, SandboxId, SandboxName} from '../../../policies/model/names.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

export const openTestStore = async (t: ExecutionContext, file?: string): Promise<Store> => {
	const store = await openStore(file ?? path.join(await temporaryDirectory(t), 'state', 'g.db'), {
		random: count => randomBytes(count),
	});
	t.teardown(store.close);
	return store;
};

export const sandboxRow = (name: string, id = `sbx_${name}`): SandboxRow => ({
	id: id as SandboxId,
	name: name as SandboxName,
	live_name: name as SandboxName,
	tier: 'full',
	workdir: '/w',
	base_yaml: '',
	base_hash: '' as Digest,
	serial: '',
	previous_serial: '',
	dropped_denials: 0,
	created_at_ms: 1,
	deleted_at_ms: null,
});
