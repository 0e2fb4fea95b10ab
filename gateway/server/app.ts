import Router from '@koa/router';
import Koa, {type Context} from 'koa';
import {toJson} from '../client/json.ts';
import {type Failure, failureStatus} from '../service/failure.ts';
import {type AdmitDeps, admit, type Checks} from './admit.ts';
import {catchFaults, toWireError} from './errors.ts';
import {makeOnce} from './idempotency.ts';
import {sandboxRate, submissionRate} from './limits.ts';
import {makeRateLimit} from './rate.ts';
import type {Route} from './route.ts';

export type AppDeps = AdmitDeps & {
	/** A fault of ours, already answered with 500 or 503. */
	onFault(error: unknown): void;
};

/** The gateway's one application, for both listeners: every route passes the same checks in the same order. */
export const makeApp = (routes: readonly Route[], deps: AppDeps): Koa => {
	const app = new Koa();
	const router = new Router({exclusive: true});
	const checks = {
		deps,
		once: makeOnce(deps),
		requests: makeRateLimit(sandboxRate, deps.now),
		submissions: makeRateLimit(submissionRate, deps.now),
	};
	for (const route of routes) {
		router[route.method](route.path, context => answer(checks, route, context));
	}

	// Koa would print it. A client that leaves in the middle of its feed is no fault.
	app.on('error', (error: NodeJS.ErrnoException) => {
		if (!clientGone.includes(error.code ?? '')) {
			deps.onFault(error);
		}
	});
	app.use(catchFaults(deps.onFault));
	app.use(refuseUnknown);
	app.use(router.routes());
	return app;
};

const clientGone = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

const refuseUnknown = async (context: Context, next: () => Promise<void>): Promise<void> => {
	context.set({'cache-control': 'no-store', 'x-content-type-options': 'nosniff'});
	await next();
	if (context.status !== 404 || context.body !== undefined) {
		return;
	}

	const known = (context['matched'] as ReadonlyArray<{methods: readonly string[]}>) ?? [];
	if (known.length === 0) {
		refuse(context, {code: 'route_not_found', detail: 'the gateway has no such route'});
		return;
	}

	const methods = [...new Set(known.flatMap(layer => layer.methods))];
	context.set('allow', methods.join(', '));
	refuse(context, {
		code: 'method_not_allowed',
		detail: `this route takes ${methods.join(', ')}`,
	});
};

const answer = async (checks: Checks, route: Route, context: Context): Promise<void> => {
	const reply = await admit(checks, route, context);
	if (!reply.ok) {
		refuse(context, reply.error);
		return;
	}

	if ('stream' in reply.value) {
		context.set({'content-type': 'text/event-stream', 'openshell-epoch': reply.value.epoch});
		context.body = reply.value.stream;
		return;
	}

	context.status = reply.value.status ?? 200;
	send(context, reply.value.body);
};

const refuse = (context: Context, failure: Failure): void => {
	context.status = failureStatus[failure.code];
	send(context, toWireError(failure));
	if (failure.retry_after_s !== undefined) {
		context.set('retry-after', String(failure.retry_after_s));
	}

	// What is left of a body that was not read would be taken for the next request.
	if (!context.req.complete) {
		context.set('connection', 'close');
	}
};

const send = (context: Context, body: object): void => {
	context.type = 'json';
	context.body = toJson(body);
};
