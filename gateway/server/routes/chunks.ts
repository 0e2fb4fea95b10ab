import {statusOf} from '../../../policies/model/chunk.ts';
import {parseId} from '../../../policies/model/names.ts';
import {ok} from '../../../policies/model/result.ts';
import type {ServiceDeps} from '../../service/deps.ts';
import {fail} from '../../service/failure.ts';
import {maxListedBundles} from '../../service/limits.ts';
import {submit} from '../../service/submit.ts';
import {phasesOf, viewBundles, viewChunk} from '../../service/view.ts';
import {listBundles} from '../../store/bundles.ts';
import type {Answered, Route, SandboxInput} from '../route.ts';
import {readShape} from '../shape.ts';
import {submission} from '../shapes.ts';

/** Proposals: made by a sandbox, read by it and by reviewers. */
export const chunkRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'sandbox',
		who: 'sandbox',
		isSubmission: true,
		method: 'post',
		path: '/v1/sandboxes/:name/proposals',
		async handle({sandbox, body, answering}) {
			const request = readShape(submission, body);
			if (!request.ok) {
				return fail('invalid_request', request.error);
			}

			const answer = await submit({...deps, store: answering(202)}, sandbox, {
				supersedes: [],
				...request.value,
			});
			return answer.ok ? ok({status: 202, body: answer.value}) : answer;
		},
	},
	{
		kind: 'sandbox',
		who: 'either',
		method: 'get',
		path: '/v1/sandboxes/:name/chunks',
		handle: input => listChunks(deps, input),
	},
	{
		kind: 'sandbox',
		who: 'either',
		method: 'get',
		path: '/v1/sandboxes/:name/chunks/:id',
		async handle({sandbox, params}) {
			const id = parseId('chunk', params.get('id') ?? '');
			const chunk = id.ok
				? await deps.store.read(read => viewChunk(read, sandbox, id.value))
				: undefined;
			return chunk === undefined
				? fail('chunk_not_found', 'this sandbox has no such chunk')
				: ok({body: chunk});
		},
	},
];

const listChunks = async ({store}: ServiceDeps, {sandbox, query}: SandboxInput): Answered => {
	const status = query.get('status') ?? undefined;
	const known = Object.values(statusOf).find(word => word === status);
	if (status !== undefined && known === undefined) {
		return fail('invalid_request', 'status is pending, approved or rejected');
	}

	const chunks = await store.read(async read =>
		viewBundles(
			read,
			sandbox,
			await listBundles(read, sandbox.id, phasesOf(known), maxListedBundles),
		),
	);
	return ok({body: chunks});
};
