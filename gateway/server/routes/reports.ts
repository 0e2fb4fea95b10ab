import {ok} from '../../../policies/model/result.ts';
import {reportDenials} from '../../service/denials.ts';
import type {ServiceDeps} from '../../service/deps.ts';
import {fail} from '../../service/failure.ts';
import {reportLoad} from '../../service/load-report.ts';
import type {Route} from '../route.ts';
import {readShape} from '../shape.ts';
import {denialBatch, loadReport} from '../shapes.ts';

/** What a sandbox's proxy tells the gateway: whether it loaded a revision, and what it refused. */
export const reportRoutes = (deps: ServiceDeps): readonly Route[] => [
	{
		kind: 'sandbox',
		who: 'sandbox',
		method: 'post',
		path: '/v1/sandboxes/:name/revisions/:revision/status',
		async handle({sandbox, params, body}) {
			const revision = params.get('revision') ?? '';
			const report = readShape(loadReport, body);
			if (!/^[1-9]\d{0,8}$/.test(revision) || !report.ok) {
				return fail('invalid_request', report.ok ? 'a revision is a number' : report.error);
			}

			const settled = await reportLoad(deps, sandbox, Number(revision), report.value);
			return settled.ok ? ok({body: settled.value}) : settled;
		},
	},
	{
		kind: 'sandbox',
		who: 'sandbox',
		method: 'post',
		path: '/v1/sandboxes/:name/denials',
		async handle({sandbox, body}) {
			const batch = readShape(denialBatch, body);
			if (!batch.ok) {
				return fail('invalid_request', batch.error);
			}

			const kept = await reportDenials(deps, sandbox, batch.value.denials, batch.value.dropped);
			return kept.ok ? ok({body: kept.value}) : kept;
		},
	},
];
