import test from 'ava';
import type {GatewayClient} from '../../../gateway/client/client.ts';
import type {Call, ClientFailure} from '../../../gateway/client/transport.ts';
import {makeFeedHouse} from '../../../gateway/server/feed.ts';
import type {Route} from '../../../gateway/server/route.ts';
import {makeRoutes, type RouteDeps} from '../../../gateway/server/routes.ts';
import type {Result} from '../../../policies/model/result.ts';
import {attachSandbox, must, propose, startTestGateway} from '../helpers/gateway.ts';

/** The table itself, from the source of truth: a new route is in the matrix from its first day. */
const routes = (): readonly Route[] => {
	const deps = {} as RouteDeps;
	return makeRoutes(deps, makeFeedHouse(deps as never));
};

const who = (route: Route): 'open' | 'reviewer' | 'sandbox' | 'either' => {
	if (route.kind === 'open') {
		return 'open';
	}

	if (route.kind === 'sandbox') {
		return route.who;
	}

	return route.kind === 'feed' && route.scope === 'sandbox' ? 'either' : 'reviewer';
};

const statusOf = (answer: Result<unknown, ClientFailure>): number => {
	if (answer.ok) {
		return 200;
	}

	return answer.error.kind === 'refused' ? answer.error.status : 0;
};

test('route × principal × foreign name: each caller gets its own, and nothing else exists for it', async t => {
	const gateway = await startTestGateway(t);
	const own = await attachSandbox(t, gateway, 'own');
	const foreign = await attachSandbox(t, gateway, 'foreign');
	const chunk = await propose(foreign, 'api');
	t.true(routes().length > 18);
	for (const route of routes()) {
		const at = (name: string): string =>
			route.path
				.replace(':name', name)
				.replace(':id', chunk.id)
				.replace(':revision', '1')
				.replace(':key', 'proposal_approval_mode');
		const method = route.method.toUpperCase() as Call['method'];
		const ask = async (client: GatewayClient, name: string): Promise<number> =>
			statusOf(
				await client.transport.call({
					method,
					// Malformed on purpose: only the answer to *who* matters here.
					path: route.kind === 'feed' ? `${at(name)}?after=x` : at(name),
					...(method === 'GET' || method === 'DELETE' ? {} : {body: []}),
				}),
			);
		const title = `${method} ${route.path}`;
		const kind = who(route);
		if (kind === 'reviewer') {
			t.is(await ask(own.client, 'own'), 403, title);
			t.is(await ask(own.client, 'foreign'), 403, title);
		} else if (kind !== 'open') {
			t.is(await ask(own.client, 'foreign'), 404, title);
			t.is(await ask(own.client, 'nobody'), 404, title);
			t.false([401, 403].includes(await ask(own.client, 'own')), title);
		}

		if (kind === 'sandbox') {
			t.is(await ask(gateway.reviewer, 'own'), 403, title);
		}
	}

	t.like(must(await gateway.reviewer.chunk('foreign', chunk.id)), {phase: 'reviewing'});
	t.is(must(await gateway.reviewer.sandboxes()).length, 2);
});

test('a chunk of another sandbox does not exist under an own name', async t => {
	const gateway = await startTestGateway(t);
	const own = await attachSandbox(t, gateway, 'own');
	const foreign = await attachSandbox(t, gateway, 'foreign');
	const chunk = await propose(foreign, 'api');
	const missing = {ok: false, error: {status: 404, body: {error: 'chunk_not_found'}}};
	t.like(await own.client.chunk('own', chunk.id), missing);
	t.like(await gateway.reviewer.chunk('own', chunk.id), missing);
	t.like(
		await gateway.reviewer.approve('own', chunk.id, {review_token: chunk.review_token}),
		missing,
	);
	t.like(await gateway.reviewer.reject('own', chunk.id, {reason: '', guidance_code: ''}), missing);
});
