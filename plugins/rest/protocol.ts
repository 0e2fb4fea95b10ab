import {presetMethods, presetRules} from '../../policies/model/access.ts';
import type {Endpoint, Problem} from '../../policies/model/policy.ts';
import type {Clause, ProtocolWord} from '../../policies/model/protocol.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';
import {parseClause} from './clause.ts';
import {missing} from './missing.ts';

/** `protocol: rest`: method, path and query of each request; bodies are not read. */
export const rest: ProtocolWord = {
	name: 'rest',
	layer: 'l7',
	version: '1',
	seesFirst: {kind: 'head'},
	parse: endpoint => collect([...allowClauses(endpoint), ...denyClauses(endpoint)]),
	missing,
};

type Parsed = Result<Clause, readonly Problem[]>;

/** A preset stands for rules on any path; explicit rules take its place. */
const allowClauses = ({access, rules}: Endpoint): readonly Parsed[] =>
	rules.length > 0
		? rules.map(({allow}, index) => parseClause('allow', allow, `rules[${index}].allow`))
		: presetRules(presetMethods[access]).map(({allow}) => parseClause('allow', allow, 'access'));

const denyClauses = ({deny_rules}: Endpoint): readonly Parsed[] =>
	deny_rules.map((matcher, index) => parseClause('deny', matcher, `deny_rules[${index}]`));

const collect = (parsed: readonly Parsed[]): Result<readonly Clause[], readonly Problem[]> => {
	const problems = parsed.flatMap(clause => (clause.ok ? [] : clause.error));
	return problems.length > 0
		? err(problems)
		: ok(parsed.flatMap(clause => (clause.ok ? [clause.value] : [])));
};
