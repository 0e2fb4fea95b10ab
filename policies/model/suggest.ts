import {parseAddress} from './address.ts';
import {classifyAddress} from './address-class.ts';
import {ambiguity} from './ambiguity.ts';
import {denialCodes} from './codes.ts';
import {entriesAt} from './compile/places.ts';
import {type CompiledEndpoint, type CompiledPolicy, compile} from './compile.ts';
import type {Decision} from './decision.ts';
import {evaluate} from './evaluate.ts';
import type {Intent} from './intent.ts';
import {merge} from './merge.ts';
import type {RuleKey} from './names.ts';
import {neverReached} from './never-reached.ts';
import type {AddRule} from './operation.ts';
import type {NetworkRule, Policy} from './policy.ts';
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
	const isProposable = decision.kind === 'deny' && denialCodes[decision.code].proposable;
	if (!isProposable || neverReached(intent) || isPrivate(intent)) {
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

/** Private addresses open only through `allowed_ips`, which no proposal may carry (decision 7). */
const isPrivate = ({host}: Intent): boolean => {
	const address = parseAddress(host);
	return address.ok && classifyAddress(address.value) !== 'public';
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
		if (isEffective(addRule, attempt)) {
			return {addRule, isBroader: missing.isBroader};
		}

		if (!attempt.compiled.policy.network_policies.has(ruleName as RuleKey)) {
			return;
		}
	}

	return;
};

const isEffective = (
	addRule: AddRule,
	{compiled, named, intent, word, registry}: Attempt,
): boolean => {
	const merged = merge(neighbourhood(compiled.policy, named, addRule), {addRule});
	if (!merged.ok || ambiguity(merged.value.policy, merged.value.landed).length > 0) {
		return false;
	}

	const recompiled = compile(merged.value.policy, registry);
	return recompiled.ok && admits(recompiled.value, intent, word);
};

/** All that can bear on the intent: the rules that name the place, and the one that has the name. */
const neighbourhood = (
	policy: Policy,
	named: readonly CompiledEndpoint[],
	{ruleName}: AddRule,
): Policy => {
	const keys = new Set([...named.map(({rule}) => rule.key), ruleName as RuleKey]);
	const rules = [...keys].sort().flatMap((key): readonly [RuleKey, NetworkRule][] => {
		const rule = policy.network_policies.get(key);
		return rule ? [[key, rule]] : [];
	});
	return {...policy, network_policies: new Map(rules)};
};

/** A word of layer 4 admits the connection in which the request would be made again. */
const admits = (compiled: CompiledPolicy, intent: Intent, word: ProtocolWord): boolean => {
	const {host, port, caller} = intent;
	const asked: Intent = word.layer === 'l4' ? {kind: 'connection', host, port, caller} : intent;
	const {kind} = evaluate(compiled, asked);
	return kind === 'allow' || (kind === 'inspect' && intent.kind === 'connection');
};
