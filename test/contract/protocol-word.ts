import test from 'ava';
import fc from 'fast-check';
import {makeEndpoint} from '../../policies/model/endpoint.ts';
import {matcherOf} from '../../policies/model/glob/compile.ts';
import type {RequestIntent} from '../../policies/model/intent.ts';
import type {Host} from '../../policies/model/names.ts';
import type {AccessPreset, Endpoint, Matcher} from '../../policies/model/policy.ts';
import type {Clause, ProtocolWord} from '../../policies/model/protocol.ts';
import {anyRequest} from './any-request.ts';

/** What a protocol word promises the language (X26): total, pure, and `language` no narrower than `match`. */
export const testWord = (title: string, word: ProtocolWord): void => {
	test(`${title}: names its word, layer and version`, t => {
		t.regex(word.name, /^[a-z][a-z0-9-]*$/);
		t.true(word.layer === 'l4' || word.layer === 'l7');
		t.not(word.version, '');
		t.true(word.layer === 'l7' || word.seesFirst.kind === 'nothing');
	});

	test(`${title}: reads any endpoint, and says where what is wrong stands`, t => {
		fc.assert(
			fc.property(anyEndpoint(word.name), endpoint => {
				const parsed = word.parse(endpoint);
				return parsed.ok
					? parsed.value.every(
							clause => /\S/.test(clause.explain()) && !clause.explain().includes('\n'),
						)
					: parsed.error.length > 0 &&
							parsed.error.every(problem => problem.message !== '' && problem.at !== '');
			}),
			{numRuns: 300},
		);
		t.pass();
	});

	test(`${title}: a clause answers hit, miss or unknown, and the same again`, t => {
		fc.assert(
			fc.property(anyEndpoint(word.name), anyRequest, (endpoint, request) =>
				clausesOf(word, endpoint).every(clause => {
					const answer = clause.match(request);
					return ['hit', 'miss', 'unknown'].includes(answer) && clause.match(request) === answer;
				}),
			),
			{numRuns: 300},
		);
		t.pass();
	});

	test(`${title}: what a clause hits is in the language it gives the prover`, t => {
		let hits = 0;
		fc.assert(
			fc.property(anyEndpoint(word.name), anyRequest, (endpoint, request) =>
				clausesOf(word, endpoint).every(clause => {
					const isHit = clause.match(request) === 'hit';
					hits += isHit ? 1 : 0;
					return !isHit || isInLanguage(clause, request);
				}),
			),
			{numRuns: 1000},
		);
		t.true(word.layer === 'l4' || hits > 20, `only ${hits} hits: nothing was tested`);
	});

	test(`${title}: the rule that is missing admits what it is missing for`, t => {
		fc.assert(
			fc.property(anyRequest, request => {
				const missing = word.missing(request, {endpoints: []});
				return (
					missing === undefined ||
					missing.addRule.rule.endpoints.every(endpoint => {
						const isPlace = endpoint.host === request.host && endpoint.ports.includes(request.port);
						const clauses = clausesOf(word, endpoint);
						const isAdmitted =
							word.layer === 'l4' || clauses.some(clause => clause.match(request) === 'hit');
						return isPlace && isAdmitted;
					})
				);
			}),
			{numRuns: 300},
		);
		t.pass();
	});
};

const clausesOf = (word: ProtocolWord, endpoint: Endpoint): readonly Clause[] => {
	const parsed = word.parse(endpoint);
	return parsed.ok ? parsed.value : [];
};

/** A clause without a language promises nothing, and nothing is proved of it. */
function isInLanguage(clause: Clause, request: RequestIntent): boolean {
	const language = clause.language();
	if (language === undefined) {
		return true;
	}

	const method = request.method === 'HEAD' ? 'GET' : request.method;
	const isMethod =
		language.methods === 'any' ||
		language.methods.some(known => known === method || known === request.method);
	const isQuery = [...language.query.keys()].every(key => request.query.has(key));
	return isMethod && isQuery && matcherOf(language.path, 'path').test(request.path);
}

/** Endpoints of the word, right and wrong. */
const anyEndpoint = (protocol: string): fc.Arbitrary<Endpoint> =>
	fc
		.record({
			access: fc.constantFrom<AccessPreset>('', 'read-only', 'read-write', 'full'),
			rules: fc.array(
				anyMatcher.map(allow => ({allow})),
				{maxLength: 3},
			),
			deny_rules: fc.array(anyMatcher, {maxLength: 2}),
		})
		.map(given => makeEndpoint({...given, host: 'h.example' as Host, ports: [443], protocol}));

const anyMatcher: fc.Arbitrary<Matcher> = fc
	.record(
		{
			method: fc.constantFrom('GET', 'POST', '*', 'get', 'NOT A METHOD'),
			path: fc.constantFrom('**', '/**', '/a/*', '/a/{b,c}', '/[', '/'),
			query: fc
				.dictionary(fc.constantFrom('a', '__proto__'), fc.constant(['*']))
				.map(query => new Map(Object.entries(query))),
		},
		{requiredKeys: []},
	)
	.map(matcher => matcher as Matcher);
