import type {ServiceDeps} from '../service/deps.ts';
import type {FeedHouse} from './feed.ts';
import type {Route} from './route.ts';
import {eventRoutes} from './routes/events.ts';
import {type HealthDeps, healthRoutes} from './routes/health.ts';
import {settingRoutes} from './routes/settings.ts';

export type RouteDeps = ServiceDeps & HealthDeps;

/** Every route of the gateway; who may use each is part of its line. */
export const makeRoutes = (deps: RouteDeps, feeds: FeedHouse): readonly Route[] => [
	...healthRoutes(deps),
	...eventRoutes(feeds),
	...settingRoutes(deps),
];
