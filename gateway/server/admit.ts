import type {Context} from 'koa';
import {parseSandboxName} from '../../policies/model/names.ts';
import {ok, type Result} from '../../policies/model/result.ts';
import {type Failure, fail} from '../service/failure.ts';
import type {SandboxRow} from '../store/rows.ts';
import {findSandbox} from '../store/sandboxes.ts';
import {readJson} from './body.ts';
import type {Once, OnceDeps} from './idempotency.ts';
import {type Principal, type PrincipalDeps, readPrincipal} from './principal.ts';
import type {RateLimit} from './rate.ts';
import type {Answering, Input, Reply, Route, Who} from './route.ts';

export type AdmitDeps = PrincipalDeps &
	OnceDeps & {
		/** A reviewer asked something. */
		onReviewer(): void;
	};

export type Checks = {
	readonly deps: AdmitDeps;
	readonly once: Once;
	readonly requests: RateLimit;
	readonly submissions: RateLimit;
};

type Outcome = Reply | Extract<Awaited<ReturnType<FeedRoute['handle']>>, {ok: true}>['value'];
type FeedRoute = Extract<Route, {kind: 'feed'}>;
type ReviewerRoute = Extract<Route, {kind: 'reviewers'}>;
type SandboxRoute = Extract<Route, {kind: 'sandbox'}>;
type ClosedRoute = ReviewerRoute | SandboxRoute | FeedRoute;

/** Who asks, may they, of what, with what: in this order, so that nothing is told to who may not ask. */
export const admit = async (
	checks: Checks,
	route: Route,
	context: Context,
): Promise<Result<Outcome, Failure>> => {
	if (route.kind === 'open') {
		return route.handle();
	}

	const principal = await readPrincipal(checks.deps, context.req);
	const refused = mayAsk(checks, route, principal);
	if (refused !== undefined) {
		return fail(refused.code, refused.detail, refused);
	}

	const input = await readInput(checks.deps, context, principal as Principal);
	if (!input.ok) {
		return input;
	}

	if (route.kind === 'reviewers') {
		return runOnce(checks, route, context, input.value, answering =>
			route.handle({...input.value, answering}),
		);
	}

	if (route.kind === 'feed' && route.scope === 'all') {
		return route.handle({...input.value, sandbox: 'all', request: context.req});
	}

	const sandbox = await readSandbox(checks.deps, input.value);
	if (!sandbox.ok) {
		return sandbox;
	}

	const named = {...input.value, sandbox: sandbox.value};
	return route.kind === 'feed'
		? route.handle({...named, request: context.req})
		: runOnce(checks, route, context, named, answering => route.handle({...named, answering}));
};

const whoMay = (route: ClosedRoute): Who => {
	if (route.kind === 'sandbox') {
		return route.who;
	}

	return route.kind === 'feed' && route.scope === 'sandbox' ? 'either' : 'reviewer';
};

const mayAsk = (
	{deps, requests, submissions}: Checks,
	route: ClosedRoute,
	principal: Principal | undefined,
): Failure | undefined => {
	if (principal === undefined) {
		return {
			code: 'unauthenticated',
			detail:
				'the gateway does not know you: reviewers use its socket as the same user, sandboxes their current certificate',
		};
	}

	const who = whoMay(route);
	if (who !== 'either' && who !== principal.kind) {
		return {code: 'wrong_principal', detail: `only a ${who} may do this`};
	}

	if (principal.kind === 'reviewer') {
		deps.onReviewer();
		return undefined;
	}

	const isSubmission = route.kind === 'sandbox' && route.isSubmission === true;
	const wait = Math.max(
		requests.take(principal.id),
		isSubmission ? submissions.take(principal.id) : 0,
	);
	return wait === 0
		? undefined
		: {
				code: 'rate_limited',
				detail: 'this sandbox asks too often; wait and ask again',
				retry_after_s: wait,
			};
};

const readInput = async (
	{store}: AdmitDeps,
	context: Context,
	principal: Principal,
): Promise<Result<Input, Failure>> => {
	const body = await readJson(context.req);
	return body.ok
		? ok({
				principal,
				params: new Map(Object.entries(context['params'] as Record<string, string>)),
				query: new URLSearchParams(context.querystring),
				body: body.value,
				answering: () => store,
			})
		: body;
};

/** A sandbox that is not the caller's own does not exist for it. */
const readSandbox = async (
	{store}: AdmitDeps,
	{principal, params}: Input,
): Promise<Result<SandboxRow, Failure>> => {
	const name = parseSandboxName(params.get('name') ?? '');
	const isForeign = principal.kind === 'sandbox' && params.get('name') !== principal.name;
	const row =
		name.ok && !isForeign ? await store.read(read => findSandbox(read, name.value)) : undefined;
	return row === undefined
		? fail('not_found', 'there is no such sandbox; `openshell sandbox list` names them')
		: ok(row);
};

const runOnce = (
	{deps, once}: Checks,
	route: Route,
	context: Context,
	{principal, body}: Input,
	run: (answering: Answering) => Promise<Result<Reply, Failure>>,
): Promise<Result<Reply, Failure>> =>
	route.method === 'get' || route.isSecret === true
		? run(() => deps.store)
		: once(
				{
					caller: principal.kind === 'sandbox' ? principal.id : 'reviewer',
					key: context.req.headers['idempotency-key'] as string | undefined,
					content: [context.method, context.path, body],
				},
				run,
			);
