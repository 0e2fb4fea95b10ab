import {parseId} from '../../../policies/model/names.ts';
import {ok, type Result} from '../../../policies/model/result.ts';
import type {Ruling} from '../../../policies/model/revision.ts';
import type {RulingAnswer} from '../../client/wire.ts';
import {approve} from '../../service/approve.ts';
import type {ServiceDeps} from '../../service/deps.ts';
import {type Failure, fail} from '../../service/failure.ts';
import {reject} from '../../service/reject.ts';
import type {RulingRequest} from '../../service/ruling.ts';
import type {Answered, Route, SandboxInput} from '../route.ts';
import {readShape, type Shape} from '../shape.ts';
import {approveRequest, rejectRequest} from '../shapes.ts';

/** Rulings: only reviewers make them. */
export const rulingRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'post',
		path: '/v1/sandboxes/:name/chunks/:id/approve',
		handle: input =>
			rule(input, approveRequest, request =>
				approve({...deps, store: input.answering(200)}, input.sandbox, request),
			),
	},
	{
		kind: 'sandbox',
		who: 'reviewer',
		method: 'post',
		path: '/v1/sandboxes/:name/chunks/:id/reject',
		handle: input =>
			rule(input, rejectRequest, request =>
				reject({...deps, store: input.answering(200)}, input.sandbox, request),
			),
	},
];

type Body = {
	readonly review_token?: string;
	readonly reason?: string;
	readonly guidance_code?: string;
	readonly via?: Ruling['by']['via'];
};

const rule = async (
	{principal, params, body}: SandboxInput,
	shape: Shape<Body>,
	run: (request: RulingRequest) => Promise<Result<RulingAnswer, Failure>>,
): Answered => {
	const chunk = parseId('chunk', params.get('id') ?? '');
	if (!chunk.ok) {
		return fail('chunk_not_found', 'this sandbox has no such chunk');
	}

	const request = readShape(shape, body);
	if (!request.ok) {
		return fail('invalid_request', request.error);
	}

	const {review_token = '', reason = '', guidance_code = '', via = 'api'} = request.value;
	const answer = await run({
		chunk: chunk.value,
		by: rulerOf(principal.name, via),
		review_token,
		reason,
		guidance_code,
	});
	return answer.ok ? ok({body: answer.value}) : answer;
};

/** The demo's own approvals are the system's, never passed off as a person's (wire.md §3). */
const rulerOf = (name: string, via: Ruling['by']['via']): Ruling['by'] =>
	via === 'demo' ? {kind: 'system', name: 'demo', via} : {kind: 'person', name, via};
