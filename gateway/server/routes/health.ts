import {ok} from '../../../policies/model/result.ts';
import type {Health} from '../../client/wire.ts';
import {lastSequence} from '../../store/events.ts';
import type {Store} from '../../store/open.ts';
import type {Route} from '../route.ts';

export type HealthDeps = {
	readonly store: Store;
	readonly version: string;
	/** Milliseconds since the epoch. */
	now(): number;
	/** When the gateway started. */
	readonly startedAt: number;
};

export const healthRoutes = (deps: HealthDeps): readonly Route[] => [
	{
		kind: 'open',
		method: 'get',
		path: '/v1/health',
		async handle() {
			const database = await deps.store.read(lastSequence).then(
				() => 'ok' as const,
				() => 'unavailable' as const,
			);
			const health: Health = {
				version: deps.version,
				database,
				uptime_s: Math.floor((deps.now() - deps.startedAt) / 1000),
			};
			return ok({body: health});
		},
	},
];
