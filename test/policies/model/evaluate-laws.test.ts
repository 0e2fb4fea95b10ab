import test from 'ava';
import fc from 'fast-check';
import type {Decision} from '../../../policies/model/decision.ts';
import {evaluate} from '../../../policies/model/evaluate.ts';
import type {Intent, RequestIntent} from '../../../policies/model/intent.ts';
import type {Endpoint, Matcher, NetworkRule, Policy} from '../../../policies/model/policy.ts';
import {anyIntent, anyPolicy} from '../../helpers/arbitrary-policies.ts';
import {naiveMatch} from '../../helpers/naive-glob.ts';
import {compiled} from '../../helpers/policies.ts';

/**
The reference decision, from the text of the specification (prover.md §3 with decisions 1, 3, 4
and 6), as directly as it can be said. It shares no code with what it checks.
*/
const reference = (policy: Policy, intent: Intent): string => {
	const eps = endpointsOf(policy, intent);
	const matched = eps.map(({key}) => key).sort()[0];
	const inspected = eps.map(({endpoint}) => endpoint).filter(({protocol}) => protocol === 'rest');
	const isRaw = inspected.length === 0 && eps.every(({endpoint}) => endpoint.tls === 'skip');
	if (matched === undefined) {
		return 'deny';
	}

	return intent.kind === 'connection'
		? `${connection(inspected.length > 0, isRaw)} ${matched}`
		: `${isRaw || intent.upgrade ? 'deny' : request(inspected, intent)} ${matched}`;
};

const endpointsOf = (policy: Policy, {host, port, caller}: Intent) => {
	const lineage = [caller.binary, ...caller.ancestors];
	const isMine = (rule: NetworkRule): boolean =>
		rule.binaries.some(({path}) => lineage.some(program => naiveMatch(path, program, 'path')));
	const isHere = (endpoint: Endpoint): boolean =>
		endpoint.ports.includes(port) && naiveMatch(endpoint.host, host, 'host');
	return [...policy.network_policies]
		.filter(([, rule]) => isMine(rule))
		.flatMap(([key, rule]) => rule.endpoints.filter(isHere).map(endpoint => ({key, endpoint})));
};

const connection = (isInspected: boolean, isRaw: boolean): string =>
	isInspected ? 'inspect' : `allow ${isRaw ? 'raw' : 'peek'}`;

const request = (inspected: readonly Endpoint[], asked: RequestIntent): string => {
	if (inspected.length === 0) {
		return 'allow peek';
	}

	const sc = inspected.filter(({path}) => path === '' || naiveMatch(path, asked.path, 'path'));
	if (sc.length === 0) {
		return 'deny';
	}

	const length = (path: string) => [...path].filter(char => char !== '*').length;
	const longest = Math.max(...sc.map(({path}) => length(path)));
	if (
		asked.path.includes('%2F') &&
		sc.some(({path, allow_encoded_slash}) => length(path) === longest && !allow_encoded_slash)
	) {
		return 'deny';
	}

	const isDenied = sc.some(({deny_rules}) => deny_rules.some(rule => rest(rule, asked, 'some')));
	const isAllowed = sc.some(
		endpoint =>
			(endpoint.allow_encoded_slash || !asked.path.includes('%2F')) &&
			allowsOf(endpoint).some(rule => rest(rule, asked, 'every')),
	);
	if (isAllowed && !isDenied) {
		return 'allow';
	}

	return sc.some(({enforcement}) => enforcement === 'enforce') ? 'deny' : 'audit';
};

const allowsOf = ({access, rules}: Endpoint): readonly Matcher[] => {
	const presets: Readonly<Record<string, string>> = {
		'': '',
		'read-only': 'GET HEAD OPTIONS',
		'read-write': 'GET HEAD OPTIONS POST PUT PATCH',
		full: '*',
	};
	return rules.length > 0
		? rules.map(({allow}) => allow)
		: (presets[access] ?? '').split(' ').map(method => ({method, path: '**'}));
};

const rest = (rule: Matcher, asked: RequestIntent, quantifier: 'some' | 'every'): boolean => {
	const {method = '*', path = '**'} = rule;
	const isMethod =
		method === '*' || method === asked.method || (method === 'GET' && asked.method === 'HEAD');
	const isQuery = [...(rule.query ?? [])].every(([key, globs]) => {
		const values = asked.query.get(key) ?? [];
		return (
			values.length > 0 &&
			values[quantifier](value => globs.some(glob => naiveMatch(glob, value, 'value')))
		);
	});
	return isMethod && isQuery && naiveMatch(path, asked.path, 'path');
};

const shown = (decision: Decision): string => {
	const tunnel = decision.kind === 'allow' && decision.layer === 'l4' ? decision.tunnel : undefined;
	return [decision.kind, tunnel, decision.rule].filter(part => part !== undefined).join(' ');
};

test('evaluate agrees with the specification on random policies and intents', t => {
	const seen = new Map<string, number>();
	fc.assert(
		fc.property(anyPolicy, fc.array(anyIntent, {minLength: 8, maxLength: 8}), (policy, intents) => {
			const ready = compiled(policy);
			for (const intent of intents) {
				const decision = evaluate(ready, intent);
				const kind = `${intent.kind} ${decision.kind} ${decision.layer}`;
				seen.set(kind, (seen.get(kind) ?? 0) + 1);
				if (shown(decision) !== reference(policy, intent)) {
					throw new Error(
						`${shown(decision)}, but the specification says ${reference(policy, intent)}`,
					);
				}
			}
		}),
		{numRuns: 2000, seed: 20_260_821},
	);
	for (const kind of [
		'connection inspect l4',
		'connection allow l4',
		'connection deny l4',
		'request allow l4',
		'request allow l7',
		'request audit l7',
		'request deny l4',
		'request deny l7',
	]) {
		t.true((seen.get(kind) ?? 0) > 50, `${kind} is rare: ${seen.get(kind)}`);
	}
});
