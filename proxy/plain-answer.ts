import {denialCodes} from '../policies/model/codes.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Answer} from '../policies/model/plugin.ts';

/** What a client reads when no plugin renders its denial. */
export const plainAnswer = (denial: Denial): Answer =>
	jsonAnswer(denialCodes[denial.code].status, {
		code: denial.code,
		denial_id: denial.denial_id,
		detail: denial.detail,
		error: denialCodes[denial.code].error,
		layer: denial.layer,
		reason: denial.reason,
	});

/** JSON that no client caches or sniffs (X39), after which the connection ends (contract §4). */
export const jsonAnswer = (status: number, body: Readonly<Record<string, unknown>>): Answer => ({
	status,
	headers: [
		['Content-Type', 'application/json'],
		['Cache-Control', 'no-store'],
		['X-Content-Type-Options', 'nosniff'],
		['Connection', 'close'],
		...(status === 407 ? [['Proxy-Authenticate', 'Basic realm="openshell"'] as const] : []),
	],
	body: JSON.stringify(body),
});
