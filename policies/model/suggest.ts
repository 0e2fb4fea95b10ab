import {ambiguity} from './ambiguity.ts';
import {denialCodes} from './codes.ts';
import {entriesAt} from './compile/places.ts';
import {type CompiledEndpoint, type CompiledPolicy, compile} from './compile.ts';
import type {Decision} from './decision.ts';
import {evaluate} from './evaluate.ts';
import type {Intent} from './intent.ts';
import {isAnyBinary} from './merge/scope.ts';
import {merge} from './merge.ts';
import type {RuleKey} from './names.ts';
import type {AddRule} from './operation.ts';
import type {Policy} from './policy.ts';
import type {Missing, ProtocolWord, Registry} from './protocol.ts';
import {generatedRuleName} from './rule-name.ts';
import {maxNamesTried} from './suggest/limits.ts';

/**
The smallest operation that would admit a denied intent (decision 21), tried before it is told:
merged into this very policy, compiled and asked again. Undefined where no proposal could help,
or where what a word suggests would not merge, would be ambiguous, or would still be denied.
*/
export const suggest = (
	compiled: CompiledPolicy,
	intent: Intent,
	decision: Decision,
	registry: Registry,
): Missing | undefined => {
	if (decision.kind !== 'deny' || !denialCodes[decision.code].proposable) {
		return;
	}

	const named = entriesAt(compiled.places, intent.host, intent.port);
	const known = {endpoints: named.map(({endpoint}) => endpoint)};
	for (const word of wordsFor(intent, named, registry)) {
		const missing = word.missing(intent, known);
		const tried = missing && tryNames(missing, {compiled, named, intent, word, registry});
		if (tried) {
			return tried;
		}
	}

	return;
};

/** What is spoken there already, then plain requests; for a connection, and at last, the place alone. */
const wordsFor = (
	intent: Intent,
	named: readonly CompiledEndpoint[],
	registry: Registry,
): readonly ProtocolWord[] => {
	const spoken = named.filter(({isInspected}) => isInspected).map(({word}) => word);
	const names = intent.kind === 'connection' ? ['tcp'] : [...spoken, 'rest', 'tcp'];
	return [...new Set(names)].flatMap(name => registry.get(name) ?? []);
};

type Attempt = {
	readonly compiled: CompiledPolicy;
	readonly named: readonly CompiledEndpoint[];
	readonly intent: Intent;
	readonly word: ProtocolWord;
	readonly registry: Registry;
};

/** The name a word generates may belong to a rule that this one must not join. */
const tryNames = (missing: Missing, attempt: Attempt): Missing | undefined => {
	const {host, port} = attempt.intent;
	for (let number = 1; number <= maxNamesTried; number++) {
		const ruleName =
			number === 1 ? missing.addRule.ruleName : generatedRuleName(host, port, number);
		const rule = {...missing.addRule.rule, name: ruleName};
		const addRule: AddRule = {ruleName, rule};
		const outcome = outcomeOf(addRule, attempt);
		if (outcome) {
			return {addRule, isBroader: missing.isBroader || outcome.joinsMore};
		}

		if (!attempt.compiled.policy.network_policies.has(ruleName as RuleKey)) {
			return;
		}
	}

	return;
};

const outcomeOf = (
	addRule: AddRule,
	{compiled, named, intent, word, registry}: Attempt,
): {readonly joinsMore: boolean} | undefined => {
	const local = neighbourhood(compiled.policy, named, addRule);
	const merged = merge(local, {addRule});
	if (!merged.ok || ambiguity(merged.value.policy, merged.value.landed).length > 0) {
		return;
	}

	const recompiled = compile(merged.value.policy, registry);
	if (!recompiled.ok || !admits(recompiled.value, intent, word)) {
		return;
	}

	return {joinsMore: joinsMore(local, merged.value.landed, addRule)};
};

/** All that can bear on the intent: the rules that name the place, and the one that has the name. */
const neighbourhood = (
	policy: Policy,
	named: readonly CompiledEndpoint[],
	{ruleName}: AddRule,
): Policy => {
	const keys = new Set([...named.map(({rule}) => rule.key), ruleName as RuleKey]);
	const rules = [...policy.network_policies].filter(([key]) => keys.has(key));
	return {...policy, network_policies: new Map(rules)};
};

/** A word of layer 4 admits the connection in which the request would be made again. */
const admits = (compiled: CompiledPolicy, intent: Intent, word: ProtocolWord): boolean => {
	const {host, port, caller} = intent;
	const asked: Intent = word.layer === 'l4' ? {kind: 'connection', host, port, caller} : intent;
	const {kind} = evaluate(compiled, asked);
	return kind === 'allow' || (kind === 'inspect' && intent.kind === 'connection');
};

/** The rule it joins gives its binaries more than the operation asks for. */
const joinsMore = (policy: Policy, landed: RuleKey, {rule}: AddRule): boolean => {
	const joined = policy.network_policies.get(landed);
	if (!joined || isAnyBinary(joined)) {
		return false;
	}

	const isListed = rule.binaries.every(({path}) =>
		joined.binaries.some(other => other.path === path),
	);
	const asked = rule.endpoints.flatMap(({rules}) => rules).length;
	const given = joined.endpoints.some(({access, rules}) => access !== '' || rules.length > asked);
	return !isListed && given;
};
