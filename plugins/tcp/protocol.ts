import {makeEndpoint} from '../../policies/model/endpoint.ts';
import {escapeGlob} from '../../policies/model/glob/parse.ts';
import type {Intent} from '../../policies/model/intent.ts';
import type {Endpoint, Problem} from '../../policies/model/policy.ts';
import type {Known, Missing, ProtocolWord} from '../../policies/model/protocol.ts';
import {err, ok} from '../../policies/model/result.ts';
import {generatedRuleName} from '../../policies/model/rule-name.ts';

/** `protocol: tcp`: the place is all that is decided; what flows is not read. */
export const tcp: ProtocolWord = {
	name: 'tcp',
	layer: 'l4',
	version: '1',
	seesFirst: {kind: 'nothing'},
	parse: endpoint => {
		const problems = unsupported(endpoint);
		return problems.length > 0 ? err(problems) : ok([]);
	},
	missing,
};

const unsupported = (endpoint: Endpoint): readonly Problem[] =>
	endpoint.access !== '' || endpoint.rules.length > 0 || endpoint.deny_rules.length > 0
		? [
				{
					severity: 'error',
					kind: 'InvalidL7Endpoint',
					message:
						'protocol tcp does not support access, rules, or deny_rules; use protocol: rest to decide on requests',
					at: 'protocol',
				},
			]
		: [];

/**
The rule that lets this caller open the place. It is broader than what was asked for, because
what the connection would carry was not seen. It repeats what is already declared of the place:
beside another `tls` or an explicit `tcp` it would be ambiguous (decision 21).
*/
function missing({host, port, caller}: Intent, known: Known): Missing {
	const isRaw = known.endpoints.some(({tls}) => tls === 'skip');
	const isExplicit = known.endpoints.some(({protocol}) => protocol === 'tcp');
	const endpoint = makeEndpoint({
		host,
		ports: [port],
		protocol: isExplicit ? 'tcp' : '',
		tls: isRaw ? 'skip' : '',
	});
	const name = generatedRuleName(host, port);
	const binaries = [{path: escapeGlob(caller.binary)}];
	return {
		addRule: {
			ruleName: name,
			rule: {name, endpoints: [endpoint], binaries, match: [], not_match: []},
		},
		isBroader: true,
	};
}
