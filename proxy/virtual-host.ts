import {jsonAnswer} from '../plugins/answer.ts';
import type {Answer, Exchange, VirtualHost} from '../policies/model/plugin.ts';

/** Contract §3.1: a virtual host speaks plain HTTP on port 80 and nothing else. */
export const wrongScheme = (host: string): Answer =>
	jsonAnswer(400, {
		error: `invalid_${host.replaceAll('.', '_')}_scheme`,
		detail: `Use http://${host} only`,
	});

/** The host as it is asked: in origin form and canonical, however the request was spelled. */
export const servedAs = (served: VirtualHost, target: string): VirtualHost => ({
	host: served.host,
	handle: async exchange => served.handle(retargeted(exchange, target)),
});

const retargeted = (exchange: Exchange, target: string): Exchange => ({
	id: exchange.id,
	head: {...exchange.head, target},
	get body() {
		return exchange.body;
	},
	get signal() {
		return exchange.signal;
	},
	respond: async answer => exchange.respond(answer),
});
