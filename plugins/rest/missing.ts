import {makeEndpoint} from '../../policies/model/endpoint.ts';
import {escapeGlob} from '../../policies/model/glob/parse.ts';
import type {Intent, RequestIntent} from '../../policies/model/intent.ts';
import {maskPath} from '../../policies/model/mask-path.ts';
import type {Endpoint} from '../../policies/model/policy.ts';
import type {Known, Missing} from '../../policies/model/protocol.ts';
import {generatedRuleName} from '../../policies/model/rule-name.ts';
import {compileScope} from '../../policies/model/scope.ts';

/**
The smallest rule that admits this request: its method and its canonical path, for its caller.
A path segment that looks like a secret must not be shown or kept, so it becomes `*`, and the
suggestion says that it is broader. No rule is suggested for a method that a rule would read as
a pattern.
*/
export const missing = (intent: Intent, known: Known): Missing | undefined => {
	if (intent.kind !== 'request' || !/^[A-Z][A-Z-]*$/.test(intent.method)) {
		return;
	}

	const {host, port, method, caller} = intent;
	const path = exactPath(intent.path);
	const name = generatedRuleName(host, port);
	const endpoint = makeEndpoint({
		host,
		ports: [port],
		path: selectorFor(intent, known),
		protocol: 'rest',
		enforcement: 'enforce',
		rules: [{allow: {method, path: path.glob}}],
	});
	const binaries = [{path: escapeGlob(caller.binary)}];
	return {
		addRule: {
			ruleName: name,
			rule: {name, endpoints: [endpoint], binaries, match: [], not_match: []},
		},
		isBroader: path.isBroader || asksForQuery(known),
	};
};

/** Queries are never told (decision 23), so a rule beside ones that ask for some admits more than them. */
const asksForQuery = ({endpoints}: Known): boolean =>
	endpoints.some(({rules}) => rules.some(({allow}) => (allow.query?.size ?? 0) > 0));

const exactPath = (path: string): {readonly glob: string; readonly isBroader: boolean} => {
	const segments = path
		.split('/')
		.map(segment => ({segment, isRandom: maskPath(segment) !== segment}));
	return {
		glob: segments.map(({segment, isRandom}) => (isRandom ? '*' : escapeGlob(segment))).join('/'),
		isBroader: segments.some(({isRandom}) => isRandom),
	};
};

/** The selector under which this request is already routed, so that the rule joins its endpoint. */
const selectorFor = ({host, path}: RequestIntent, known: Known): string =>
	known.endpoints
		.filter(endpoint => endpoint.protocol === 'rest' && endpoint.host === host)
		.flatMap(endpoint => weigh(endpoint, path))
		.sort((a, b) => b.weight - a.weight)[0]?.path ?? '';

const weigh = (endpoint: Endpoint, path: string) => {
	const scope = compileScope(endpoint.path);
	return scope.ok && scope.value.test(path)
		? [{path: endpoint.path, weight: scope.value.specificity}]
		: [];
};
