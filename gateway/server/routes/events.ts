import type {FeedHouse} from '../feed.ts';
import type {Route} from '../route.ts';

export const eventRoutes = (house: FeedHouse): readonly Route[] => [
	{
		kind: 'feed',
		scope: 'sandbox',
		method: 'get',
		path: '/v1/sandboxes/:name/events',
		handle: house.open,
	},
	{kind: 'feed', scope: 'all', method: 'get', path: '/v1/events', handle: house.open},
];
