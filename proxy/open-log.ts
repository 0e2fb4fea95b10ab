import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type OcsfLog, openOcsfLog} from '../plugins/ocsf-log/log.ts';
import type {PolicyPort} from '../policies/model/plugin.ts';
import type {ProxyDeps, ProxyOptions} from './options.ts';

/** The record of this sandbox. @throws when it cannot be opened: without it nothing starts. */
export const openLog = async (
	{sandbox, stateDir, version}: ProxyOptions,
	{clock, randomBytes}: ProxyDeps,
	policy: PolicyPort,
): Promise<OcsfLog> => {
	const folder = join(stateDir, 'logs');
	await mkdir(folder, {recursive: true, mode: 0o700});
	return openOcsfLog({
		folder,
		component: 'proxy',
		version,
		sandbox: {name: sandbox.name, ...(sandbox.id !== undefined && {id: sandbox.id})},
		clock,
		random: randomBytes,
		policy() {
			const current = policy.current();
			return current && {revision: current.revision, hash: current.hash};
		},
	});
};
