import test from 'ava';
import fc from 'fast-check';
import {covers} from '../../../policies/model/covers.ts';
import {evaluate} from '../../../policies/model/evaluate.ts';
import {merge} from '../../../policies/model/merge.ts';
import {parsePolicy} from '../../../policies/model/policy-parse.ts';
import {printPolicy} from '../../../policies/model/policy-print.ts';
import {same} from '../../../policies/model/same.ts';
import {anyAddRule, anyPolicy, anyRequest} from '../../helpers/arbitrary-policies.ts';
import {compiled} from '../../helpers/policies.ts';

const runs = {numRuns: 1000, seed: 20_260_822};

test('merging twice changes nothing the second time', t => {
	let merges = 0;
	fc.assert(
		fc.property(anyPolicy, anyAddRule, (policy, addRule) => {
			const once = merge(policy, {addRule});
			fc.pre(once.ok);
			const twice = once.ok ? merge(once.value.policy, {addRule}) : once;
			merges++;
			return (
				twice.ok &&
				!twice.value.changed &&
				once.ok &&
				twice.value.landed === once.value.landed &&
				same(twice.value.policy, once.value.policy)
			);
		}),
		runs,
	);
	t.true(merges > 400);
});

test('a merge that said nothing covers what was asked', t => {
	let silent = 0;
	fc.assert(
		fc.property(anyPolicy, anyAddRule, (policy, addRule) => {
			const merged = merge(policy, {addRule});
			fc.pre(merged.ok && merged.value.warnings.length === 0);
			silent++;
			return merged.ok && covers(merged.value.policy, addRule.rule);
		}),
		runs,
	);
	t.true(silent > 150);
});

test('a merge takes no authority that an enforced rule gave', t => {
	let kept = 0;
	fc.assert(
		fc.property(
			anyPolicy,
			anyAddRule,
			fc.array(anyRequest, {minLength: 10, maxLength: 10}),
			(policy, addRule, requests) => {
				const merged = merge(policy, {addRule});
				fc.pre(merged.ok);
				const before = compiled(policy);
				const after = compiled(merged.ok ? merged.value.policy : policy);
				return requests.every(request => {
					// An encoded slash asks the most specific endpoint, and a new one may be more specific.
					const was = request.encodedSlash ? undefined : evaluate(before, request);
					if (was?.kind !== 'allow' || was.layer !== 'l7') {
						return true;
					}

					kept++;
					return evaluate(after, request).kind === 'allow';
				});
			},
		),
		runs,
	);
	t.true(kept > 300);
});

test('a merge gives nobody more than the operation alone would', t => {
	let gained = 0;
	fc.assert(
		fc.property(
			anyPolicy,
			anyAddRule,
			fc.array(anyRequest, {minLength: 10, maxLength: 10}),
			(policy, addRule, requests) => {
				const merged = merge(policy, {addRule});
				fc.pre(merged.ok);
				const before = compiled(policy);
				const after = compiled(merged.ok ? merged.value.policy : policy);
				const alone = compiled({
					...policy,
					network_policies: new Map([['it' as never, addRule.rule]]),
				});
				return requests.every(request => {
					const isNew =
						evaluate(before, request).kind === 'deny' && evaluate(after, request).kind !== 'deny';
					gained += isNew ? 1 : 0;
					return !isNew || evaluate(alone, request).kind !== 'deny';
				});
			},
		),
		runs,
	);
	t.true(gained > 100);
});

test('a merged policy can be written and read again, and decides the same', t => {
	let read = 0;
	fc.assert(
		fc.property(
			anyPolicy,
			anyAddRule,
			fc.array(anyRequest, {minLength: 5, maxLength: 5}),
			(policy, addRule, requests) => {
				const merged = merge(policy, {addRule});
				fc.pre(merged.ok);
				const after = merged.ok ? merged.value.policy : policy;
				const again = parsePolicy(printPolicy(after));
				if (!again.ok) {
					throw new Error(JSON.stringify(again.error));
				}

				read++;
				const [written, reread] = [compiled(after), compiled(again.value.policy)];
				return requests.every(request =>
					same(evaluate(written, request), evaluate(reread, request)),
				);
			},
		),
		{numRuns: 500, seed: 20_260_824},
	);
	t.true(read > 150);
});
