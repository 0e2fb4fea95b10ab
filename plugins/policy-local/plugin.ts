import type {Answer, Exchange, MakePlugin, PluginHost} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';
import {recentDenials, recentLogs} from './denials.ts';
import {errors} from './errors.ts';
import {refuseBrowser} from './guard.ts';
import {manifest} from './manifest.ts';
import {listProposals, showProposal, submitProposal, waitForProposal} from './proposals.ts';
import {parseTarget} from './target.ts';
import {paths, policyLocalHost} from './urls.ts';

/** The virtual host `policy.local`: what is allowed, what was denied, and how to ask for more (contract §3). */
export const policyLocal: MakePlugin = host => {
	const waits = {open: 0};
	return {
		name: 'policy-local',
		hooks: {
			serve: {
				host: policyLocalHost,
				handle: async exchange => exchange.respond(await answerTo(host, exchange, waits)),
			},
		},
	};
};

/** How many `/wait` of this sandbox are open. */
export type OpenWaits = {open: number};

async function answerTo(host: PluginHost, exchange: Exchange, waits: OpenWaits): Promise<Answer> {
	const refusal = refuseBrowser(exchange.head);
	if (refusal !== undefined) {
		return refusal;
	}

	if (!host.settings().agent_policy_proposals_enabled) {
		return errors.featureDisabled();
	}

	const {path, query} = parseTarget(exchange.head.target);
	const route = `${exchange.head.method} ${path}`;
	const serve = routes.get(route);
	if (serve !== undefined) {
		return serve(host, exchange, query);
	}

	return path.startsWith(`${paths.proposals}/`) && exchange.head.method === 'GET'
		? oneProposal({host, exchange, waits}, path, query)
		: errors.routeNotFound(exchange.head.method, path);
}

type Route = (host: PluginHost, exchange: Exchange, query: string) => Answer | Promise<Answer>;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
	[`GET ${paths.policy}`, currentPolicy],
	[`GET ${paths.denials}`, (host, _exchange, query) => recentDenials(host, query)],
	[`GET ${paths.logs}`, (host, _exchange, query) => recentLogs(host, query)],
	[`GET ${paths.manifest}`, manifest],
	[`POST ${paths.prove}`, errors.notAvailable],
	[`GET ${paths.proposals}`, listProposals],
	[`POST ${paths.proposals}`, submitProposal],
]);

function currentPolicy({policy}: PluginHost): Answer {
	const inForce = policy.current();
	return inForce === undefined
		? errors.policyUnavailable()
		: jsonAnswer(200, {format: 'yaml', policy_yaml: inForce.yaml});
}

type Asked = {
	readonly host: PluginHost;
	readonly exchange: Exchange;
	readonly waits: OpenWaits;
};

/** `/v1/proposals/{id}` and `/v1/proposals/{id}/wait`. */
function oneProposal(
	{host, exchange, waits}: Asked,
	path: string,
	query: string,
): Promise<Answer> | Answer {
	const [id = '', verb, ...rest] = path.slice(paths.proposals.length + 1).split('/');
	if (id === '' || rest.length > 0 || (verb !== undefined && verb !== 'wait')) {
		return errors.subRouteNotFound(path);
	}

	return verb === 'wait'
		? waitForProposal(host, {id, query, signal: exchange.signal, waits})
		: showProposal(host, id);
}
