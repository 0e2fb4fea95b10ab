import type {ServiceDeps} from '../service/deps.ts';
import type {FeedHouse} from './feed.ts';
import type {Route} from './route.ts';
import {chunkRoutes} from './routes/chunks.ts';
import {eventRoutes} from './routes/events.ts';
import {type HealthDeps, healthRoutes} from './routes/health.ts';
import {reportRoutes} from './routes/reports.ts';
import {rulingRoutes} from './routes/rulings.ts';
import {sandboxRoutes} from './routes/sandboxes.ts';
import {settingRoutes} from './routes/settings.ts';

export type RouteDeps = ServiceDeps & HealthDeps;

/** Every route of the gateway; who may use each is part of its line. */
export const makeRoutes = (deps: RouteDeps, feeds: FeedHouse): readonly Route[] => [
	...healthRoutes(deps),
	...sandboxRoutes(deps),
	...reportRoutes(deps),
	...chunkRoutes(deps),
	...rulingRoutes(deps),
	...settingRoutes(deps),
	...eventRoutes(feeds),
];
