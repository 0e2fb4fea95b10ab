import {denialCodes} from '../../policies/model/codes.ts';
import type {Denial} from '../../policies/model/denial.ts';
import {printOperation} from '../../policies/model/operation-print.ts';
import type {Answer, HeaderPairs, MakePlugin, PluginHost} from '../../policies/model/plugin.ts';
import {jsonAnswer} from '../answer.ts';
import {type DenialContext, denialBody} from './body.ts';

/** Renders every denial, of whatever layer, as the JSON answer the client reads. */
export const denyBody: MakePlugin = host => ({
	name: 'deny-body',
	hooks: {
		onDenied: (denial: Denial): Answer =>
			jsonAnswer(
				denialCodes[denial.code].status,
				denialBody(denial, {
					proposals: proposalsAt(host),
					skillFile: host.sandbox.skillFile,
					suggested: denial.suggested_operation && printOperation(denial.suggested_operation),
				}),
				extraHeaders(denial),
			),
	},
});

function proposalsAt({gateway, settings}: PluginHost): DenialContext['proposals'] {
	if (!settings().agent_policy_proposals_enabled) {
		return 'off';
	}

	return gateway === undefined ? 'unheard' : 'open';
}

/** A rule's name as a header value: printable ASCII only, so that it can never end the header (X39). */
function extraHeaders({code, policy}: Denial): HeaderPairs {
	return [
		...(policy === undefined || !/^[\x21-\x7e]+$/.test(policy)
			? []
			: [['x-openshell-policy', policy] as const]),
		...(denialCodes[code].status === 407
			? [['proxy-authenticate', 'Basic realm="openshell"'] as const]
			: []),
	];
}
