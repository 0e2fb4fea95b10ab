import {isMap, parseDocument} from 'yaml';
import type {Policy} from '../../policies/model/policy.ts';

/** Where a sound policy means something else here than in upstream OpenShell (docs/DIFFERENCES.md). */
export type Difference = {
	/** Where in the document. */
	readonly at: string;
	readonly message: string;
};

/** The differences that apply to this very text; each is the stricter reading. */
export function differencesIn(text: string, policy: Policy): readonly Difference[] {
	return [...unwrittenEnforcement(text, policy), ...pathlessDenials(policy), ...openGlobs(policy)];
}

/** Decision 1. Read from the text, because a parsed policy has its defaults written out. */
function unwrittenEnforcement(text: string, policy: Policy): readonly Difference[] {
	const found: Difference[] = [];
	const document = parseDocument(text);
	for (const [key, rule] of policy.network_policies) {
		for (const [index, endpoint] of rule.endpoints.entries()) {
			const node = document.getIn(['network_policies', key, 'endpoints', index], true);
			if (endpoint.protocol !== '' && isMap(node) && !node.has('enforcement')) {
				found.push({
					at: `network_policies.${key}.endpoints[${index}]`,
					message: 'enforcement is not written: it is enforced here, only audited upstream',
				});
			}
		}
	}

	return found;
}

/** Decision 3. */
const pathlessDenials = (policy: Policy): readonly Difference[] =>
	everyEndpoint(policy).flatMap(({at, endpoint}) =>
		endpoint.deny_rules.flatMap((rule, index) =>
			rule.path === undefined
				? [
						{
							at: `${at}.deny_rules[${index}]`,
							message: 'a deny rule without path denies every path here, none upstream',
						},
					]
				: [],
		),
	);

/** Decision 4: one dialect, in which only `**` crosses a slash. */
const openGlobs = (policy: Policy): readonly Difference[] =>
	everyEndpoint(policy).flatMap(({at, endpoint}) =>
		endpoint.rules.flatMap(({allow}, index) =>
			allow.path?.endsWith('/**') === true
				? [
						{
							at: `${at}.rules[${index}].allow`,
							message: `'${allow.path}' does not match '${allow.path.slice(0, -3)}' itself; write both if both are meant`,
						},
					]
				: [],
		),
	);

const everyEndpoint = (policy: Policy) =>
	[...policy.network_policies].flatMap(([key, {endpoints}]) =>
		endpoints.map((endpoint, index) => ({
			at: `network_policies.${key}.endpoints[${index}]`,
			endpoint,
		})),
	);
