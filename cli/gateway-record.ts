import {createHash} from 'node:crypto';
import fs from 'node:fs';
import type {GatewayDeps} from '../gateway/server/start.ts';
import {readLastBoot} from '../plugins/ocsf-log/boot.ts';
import {keptRulingFiles} from '../plugins/ocsf-log/limits.ts';
import {uuidV7} from '../plugins/ocsf-log/uuid.ts';
import {LineWriter} from '../plugins/ocsf-log/writer.ts';
import {toOcsf} from '../policies/model/ocsf/map.ts';
import {jsonLine} from '../policies/model/ocsf/text.ts';
import type {Clock} from '../policies/model/plugin.ts';

export type GatewayRecord = {
	/** Resolves when the event is on disk. An event that comes twice comes with the same uid, made from its row. */
	readonly append: GatewayDeps['append'];
	close(): Promise<void>;
};

const prefix = 'openshell-ocsf';

/** The gateway's own record (wire.md §1): one OCSF line for each proposal and ruling. */
export function openGatewayRecord(options: {
	/** `<state>/gateway/logs`, which exists. */
	readonly folder: string;
	readonly version: string;
	readonly clock: Clock;
}): GatewayRecord {
	const {folder, version, clock} = options;
	const boot = (readLastBoot(fs, folder, prefix)?.boot ?? 0) + 1;
	const limits = {keptFiles: keptRulingFiles};
	const writer = new LineWriter({
		folder,
		calls: fs,
		clock,
		prefix,
		limits,
		onLoss: () => undefined,
	});
	let sequence = 0;
	return {
		async append(event, row) {
			sequence += 1;
			const sandbox = {name: event.sandbox};
			const uid = uuidV7(event.at, count => digest(row).subarray(0, count));
			const envelope = {uid, sequence, boot, component: 'gateway', version, sandbox} as const;
			await writer.commit(sequence, jsonLine(toOcsf(event, envelope)));
		},
		close: () => writer.close(),
	};
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
