import type {Caller} from '../policies/model/intent.ts';
import type {AskedRequest} from './gate.ts';
import type {Malformed} from './intent/malformed.ts';
import type {RequestFacts} from './intent/request.ts';
import type {RequestSubject, Subject} from './subject.ts';

/** A request that could be read. */
export const requestSubject = (
	{connection, exchange, tunnel}: AskedRequest,
	facts: RequestFacts,
	caller: Caller | undefined,
): Subject & {readonly request: RequestSubject} => ({
	connection,
	host: facts.host,
	port: facts.port,
	...(caller !== undefined && {caller}),
	request: {
		id: exchange.id,
		scheme: facts.scheme,
		method: facts.method,
		path: facts.path,
		isTunnelled: tunnel !== undefined,
	},
});

/** One that could not: its target is left out, for nobody knows what is in it. */
export const malformedSubject = (
	{connection, exchange, tunnel}: AskedRequest,
	{host = '', port = 0}: Malformed,
): Subject => ({
	connection,
	host,
	port,
	request: {
		id: exchange.id,
		scheme: tunnel?.isTls === true ? 'https' : 'http',
		method: exchange.head.method,
		path: '',
		isTunnelled: tunnel !== undefined,
	},
});
