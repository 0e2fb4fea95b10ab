import {ok} from '../../../policies/model/result.ts';
import type {ServiceDeps} from '../../service/deps.ts';
import {fail} from '../../service/failure.ts';
import {
	deleteGlobalSetting,
	deleteSandboxSetting,
	effectiveSettings,
	globalSettings,
	setGlobalSetting,
	setSandboxSetting,
} from '../../service/settings.ts';
import {type Answered, type Input, type Route, reply} from '../route.ts';
import {anything, object, readShape} from '../shape.ts';

/** Settings for all sandboxes, and for one. Only reviewers set or read them. */
export const settingRoutes = (deps: ServiceDeps): readonly Route[] => [
	...globalRoutes(deps),
	...sandboxRoutes(deps),
];

const globalRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'reviewers',
		method: 'get',
		path: '/v1/settings',
		handle: async () => ok({body: await globalSettings(deps)}),
	},
	{
		kind: 'reviewers',
		method: 'put',
		path: '/v1/settings/:key',
		handle: input =>
			withValue(input, async value => reply(await setGlobalSetting(deps, keyOf(input), value))),
	},
	{
		kind: 'reviewers',
		method: 'delete',
		path: '/v1/settings/:key',
		handle: async input => reply(await deleteGlobalSetting(deps, keyOf(input))),
	},
];

const sandboxRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'get',
		path: '/v1/sandboxes/:name/settings',
		handle: async ({sandbox}) =>
			ok({body: await deps.store.read(read => effectiveSettings(read, sandbox))}),
	},
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'put',
		path: '/v1/sandboxes/:name/settings/:key',
		handle: input =>
			withValue(input, async value =>
				reply(await setSandboxSetting(deps, input.sandbox, keyOf(input), value)),
			),
	},
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'delete',
		path: '/v1/sandboxes/:name/settings/:key',
		handle: async input => reply(await deleteSandboxSetting(deps, input.sandbox, keyOf(input))),
	},
];

const keyOf = ({params}: Input): string => params.get('key') ?? '';

const shape = object({value: anything});

const withValue = async ({body}: Input, run: (value: unknown) => Answered): Answered => {
	const request = readShape(shape, body);
	return request.ok ? run(request.value.value) : fail('invalid_request', request.error);
};
