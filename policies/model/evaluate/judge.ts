import type {DenialCode} from '../codes.ts';
import type {CompiledEndpoint} from '../compile.ts';
import type {RequestIntent} from '../intent.ts';
import type {Clause} from '../protocol.ts';
import * as reasons from './reasons.ts';

/** What the rules of the endpoints in scope say of one request, and in whose words. */
export type Judgement = Answer & {readonly word: string};

type Answer =
	| {readonly kind: 'allowed'; readonly because: string}
	| {readonly kind: 'refused'; readonly code: DenialCode; readonly reason: string}
	| {readonly kind: 'forbidden'; readonly code: DenialCode; readonly reason: string};

/** Deny rules first, of every endpoint in scope; then one allow rule suffices. `inScope` is not empty. */
export const judge = (inScope: Entries, request: RequestIntent): Judgement => {
	const routed = mostSpecific(inScope);
	return {...answer(inScope, routed, request), word: routed[0]?.word ?? ''};
};

const answer = (inScope: Entries, routed: Entries, request: RequestIntent): Answer => {
	// An encoded slash reads as a separator to some servers: the endpoint that routes it must opt in.
	if (request.encodedSlash && !routed.every(({endpoint}) => endpoint.allow_encoded_slash)) {
		return forbidden('malformed_target', reasons.encodedSlash(request));
	}

	const denied = firstAnswer(inScope, entry => entry.deny, request);
	if (denied === 'unknown') {
		return forbidden('not_permitted', reasons.unknown);
	}

	if (denied) {
		return {kind: 'refused', code: 'deny_rule', reason: reasons.denyRule(request)};
	}

	// The most specific endpoint says which protocol is spoken; a rule of another cannot rescue,
	// nor one of an endpoint that did not opt in to encoded slashes.
	const speakers = inScope.filter(
		({word, endpoint}) =>
			routed.every(other => other.word === word) &&
			(!request.encodedSlash || endpoint.allow_encoded_slash),
	);
	const allowed = firstAnswer(speakers, entry => entry.allow, request);
	if (allowed === 'unknown') {
		return forbidden('not_permitted', reasons.unknown);
	}

	return allowed
		? {kind: 'allowed', because: allowed.explain()}
		: {kind: 'refused', code: 'not_permitted', reason: reasons.notPermitted(request)};
};

type Entries = readonly CompiledEndpoint[];

const forbidden = (code: DenialCode, reason: string): Answer => ({
	kind: 'forbidden',
	code,
	reason,
});

/** The first clause that hits; else `unknown` if one could not tell. */
const firstAnswer = (
	entries: Entries,
	clausesOf: (entry: CompiledEndpoint) => readonly Clause[],
	request: RequestIntent,
): Clause | 'unknown' | undefined => {
	let answer: 'unknown' | undefined;
	for (const entry of entries) {
		for (const clause of clausesOf(entry)) {
			const match = clause.match(request);
			if (match === 'hit') {
				return clause;
			}

			if (match !== 'miss') {
				answer = 'unknown';
			}
		}
	}

	return answer;
};

/** Those of the highest specificity: several where their paths weigh the same. */
const mostSpecific = (inScope: Entries): Entries => {
	const highest = Math.max(...inScope.map(({scope}) => scope.specificity));
	return inScope.filter(({scope}) => scope.specificity === highest);
};
