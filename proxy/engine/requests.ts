import type {ServerResponse} from 'node:http';
import type {Answer} from '../../policies/model/plugin.ts';
import type {Refused, RequestAdmission} from '../gate.ts';
import type {EngineLimits} from '../limits.ts';
import type {Forward} from '../relay/forward.ts';
import type {Ask} from './ask.ts';
import type {Client, Clients} from './clients.ts';
import {HttpExchange} from './exchange.ts';
import {type Fault, faultOf, framingOf, headOf} from './framing.ts';

type Deps = {
	readonly ask: Ask;
	readonly clients: Clients;
	readonly forward: Forward;
	readonly limits: EngineLimits;
	/** A ULID. */
	readonly newId: () => string;
};

/** Why a request may not be forwarded whatever the gate says, or undefined. */
export type Bar = Fault | undefined;

export type HandleRequest = (response: ServerResponse, bar?: Bar) => Promise<void>;

/** Asks the gate about one request and does what it says. Never rejects. */
export const createRequests =
	(deps: Deps): HandleRequest =>
	async (response, bar) => {
		const {req: request} = response;
		const client = deps.clients.of(request.socket);
		const head = headOf(request);
		const exchange = new HttpExchange(`req_${deps.newId()}`, head, response, deps.limits);
		client.hasSpoken = true;
		client.exchanges.add(exchange);
		response.once('close', () => client.exchanges.delete(exchange));
		request.on('error', ignore);
		response.on('error', ignore);
		const refuse = (fault: Omit<Refused, 'connection' | 'method'>) =>
			exchange.respond(
				deps.ask.refuse({...fault, connection: client.connection, method: head.method}),
			);
		const fault = unread(client, exchange, request.httpVersion, deps.ask);

		if (fault) {
			await refuse(fault);
			return;
		}

		const admission = await deps.ask.request({
			connection: client.connection,
			...(client.tunnel ? {tunnel: client.tunnel} : {}),
			exchange,
		});

		if (bar && admission.kind !== 'refuse') {
			closeUnused(admission);
			await refuse(bar);
			return;
		}

		await obey(admission, {client, exchange, response}, deps);
	};

/** What is wrong before the gate is asked: no token, or a head that can be read in two ways. */
const unread = (
	client: Client,
	{head}: HttpExchange,
	version: string,
	ask: Ask,
): Fault | undefined => {
	if (!(client.tunnel || ask.authenticate(head))) {
		return {code: 'proxy_auth_required', reason: 'the proxy token is missing or wrong'};
	}

	return faultOf(head, version, client.tunnel !== undefined);
};

type Asked = {
	readonly client: Client;
	readonly exchange: HttpExchange;
	readonly response: ServerResponse;
};

const obey = async (admission: RequestAdmission, asked: Asked, deps: Deps): Promise<void> => {
	const {exchange, response, client} = asked;

	switch (admission.kind) {
		case 'refuse':
			await exchange.respond(admission.answer);
			return;
		case 'serve':
			exchange.continue();
			await serve(admission.host, asked, deps.ask);
			return;
		case 'forward': {
			const {passage, head} = admission;

			if (exchange.isGone) {
				closeUnused(admission);
				return;
			}

			if (!passage.route) {
				await exchange.respond(passage.failed('policy_error', 'no place was decided on'));
				passage.closed(nothing, 'policy_error');
				return;
			}

			exchange.continue();
			deps.forward({
				request: response.req,
				response,
				framing: framingOf(exchange.head),
				passage,
				route: passage.route,
				head,
				isTls: client.tunnel?.isTls === true,
				respond: (answer: Answer) => void exchange.respond(answer),
			});
		}
	}
};

/** A virtual host that throws, or forgets to answer, refuses. */
const serve = async (
	host: Extract<RequestAdmission, {kind: 'serve'}>['host'],
	{client, exchange}: Asked,
	ask: Ask,
): Promise<void> => {
	let reason = 'the virtual host gave no answer';

	try {
		await host.handle(exchange);
	} catch {
		reason = 'the virtual host failed';
	}

	if (!(exchange.isAnswered || exchange.isGone)) {
		const {connection} = client;
		const {method} = exchange.head;
		await exchange.respond(ask.refuse({connection, code: 'policy_error', reason, method}));
	}
};

const closeUnused = (admission: RequestAdmission) => {
	if (admission.kind === 'forward') {
		admission.passage.closed(nothing, 'not_forwarded');
	}
};

const nothing = {in: 0, out: 0} as const;
const ignore = () => undefined;
