import type {MakePlugin} from '../../policies/model/plugin.ts';
import type {OcsfLog} from './log.ts';

/**
Writes every event of the proxy to the record. An event that cannot be written is counted by the
log itself and reported as `log.degraded`; meanwhile `isWritable` is false and the gate lets
nothing new through.
*/
export const ocsfLog =
	(log: Pick<OcsfLog, 'record'>): MakePlugin =>
	() => ({
		name: 'ocsf-log',
		hooks: {
			onEvent(event) {
				log.record(event).catch(() => undefined);
			},
		},
	});
