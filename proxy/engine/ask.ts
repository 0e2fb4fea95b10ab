import type {Answer} from '../../policies/model/plugin.ts';
import type {
	AskedConnection,
	AskedRequest,
	ConnectionAdmission,
	Gate,
	Refused,
	RequestAdmission,
} from '../gate.ts';

/** The gate, asked so that whatever it throws is a refusal. */
export type Ask = {
	connection(asked: AskedConnection): Promise<ConnectionAdmission>;
	request(asked: AskedRequest): Promise<RequestAdmission>;
	authenticate: Gate['authenticate'];
	refuse(refused: Refused): Answer;
};

export const createAsk = (gate: Gate): Ask => {
	const refuse = (refused: Refused): Answer => {
		try {
			return gate.refuse(refused);
		} catch {
			return lastResort;
		}
	};

	return {
		refuse,
		connection: async asked => {
			try {
				return await gate.admitConnection(asked);
			} catch {
				const {connection, host, port} = asked;
				return refusal(refuse({...policyError, connection, host, port}));
			}
		},
		request: async asked => {
			try {
				return await gate.admitRequest(asked);
			} catch {
				const {connection, exchange} = asked;
				return refusal(refuse({...policyError, connection, method: exchange.head.method}));
			}
		},
		authenticate: head => {
			try {
				return gate.authenticate(head);
			} catch {
				return false;
			}
		},
	};
};

const refusal = (answer: Answer) => ({kind: 'refuse', answer}) as const;

const policyError = {
	code: 'policy_error',
	reason: 'deciding failed, so the answer is no',
} as const;

/** When even the gate's own refusal fails. */
const lastResort: Answer = {
	status: 403,
	headers: [
		['Content-Type', 'application/json'],
		['Cache-Control', 'no-store'],
		['X-Content-Type-Options', 'nosniff'],
		['Connection', 'close'],
	],
	body: '{"error":"policy_denied","code":"policy_error","detail":"deciding failed, so the answer is no"}',
};
