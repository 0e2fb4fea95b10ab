import {parseSandboxName} from '../../../policies/model/names.ts';
import {ok, type Result} from '../../../policies/model/result.ts';
import {attach} from '../../service/attach.ts';
import type {ServiceDeps} from '../../service/deps.ts';
import {fail} from '../../service/failure.ts';
import {configOf, remove, renew, summaries} from '../../service/sandboxes.ts';
import {type Route, reply} from '../route.ts';
import {readShape} from '../shape.ts';
import {attachRequest} from '../shapes.ts';

/** Sandboxes as reviewers keep them, and what a sandbox asks about itself. */
export const sandboxRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'reviewers',
		method: 'get',
		path: '/v1/sandboxes',
		handle: async () => ok({body: await summaries(deps)}),
	},
	{
		kind: 'reviewers',
		isSecret: true,
		method: 'put',
		path: '/v1/sandboxes/:name',
		async handle({params, body}) {
			const name = parseSandboxName(params.get('name') ?? '');
			const request = readShape(attachRequest, body);
			if (!name.ok || !request.ok) {
				return fail('invalid_request', [name, request].flatMap(reasonOf).join('; '));
			}

			return reply(await attach(deps, name.value, request.value));
		},
	},
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'delete',
		path: '/v1/sandboxes/:name',
		handle: async ({sandbox}) => reply(await remove(deps, sandbox)),
	},
	{
		kind: 'sandbox',
		who: 'either',
		method: 'get',
		path: '/v1/sandboxes/:name/config',
		handle: async ({sandbox}) => ok({body: await configOf(deps, sandbox)}),
	},
	{
		kind: 'sandbox',
		who: 'sandbox',
		isSecret: true,
		method: 'post',
		path: '/v1/sandboxes/:name/certificate',
		handle: async ({sandbox, principal}) =>
			principal.kind === 'sandbox'
				? reply(await renew(deps, sandbox, principal.serial))
				: fail('wrong_principal', 'only a sandbox may do this'),
	},
];

const reasonOf = (result: Result<unknown, string>): readonly string[] =>
	result.ok ? [] : [result.error];
