import {readMatcher, type Matcher as TextMatcher} from '../../policies/model/glob/compile.ts';
import type {RequestIntent} from '../../policies/model/intent.ts';
import type {Matcher, Problem} from '../../policies/model/policy.ts';
import type {Clause} from '../../policies/model/protocol.ts';
import {err, ok, type Result} from '../../policies/model/result.ts';

/** Compiles one allow or deny rule. `at` is its place within the endpoint, for problems. */
export const parseClause = (
	effect: Clause['effect'],
	matcher: Matcher,
	at: string,
): Result<Clause, readonly Problem[]> => {
	const problems: Problem[] = [...shapeProblems(effect, matcher, at)];
	const read = (
		text: string,
		dialect: 'path' | 'value',
		where: string,
	): TextMatcher | undefined => {
		const glob = readMatcher(text, dialect);
		if (glob.ok) {
			return glob.value;
		}

		problems.push(problem(glob.error.kind, glob.error.message, `${at}.${where}`));
		return undefined;
	};

	const path = read(matcher.path || anyPath, 'path', 'path');
	const query = [...(matcher.query ?? [])].map(([key, globs]) => ({
		key,
		globs: globs.flatMap(glob => read(glob, 'value', `query.${key}`) ?? []),
	}));
	return path && problems.length === 0
		? ok(clauseOf(effect, matcher, {matchesMethod: methodTest(matcher.method), path, query}))
		: err(problems);
};

type Test = {
	matchesMethod(method: string): boolean;
	readonly path: TextMatcher;
	readonly query: readonly QueryTest[];
};

type QueryTest = {readonly key: string; readonly globs: readonly TextMatcher[]};

const clauseOf = (effect: Clause['effect'], matcher: Matcher, test: Test): Clause => {
	const text = `${matcher.method || '*'} ${matcher.path || anyPath}`;
	return {
		effect,
		match: request =>
			test.matchesMethod(request.method) &&
			test.path.test(request.path) &&
			matchesQuery(effect, test.query, request)
				? 'hit'
				: 'miss',
		explain: () => text,
		language: () => ({
			methods: isAnyMethod(matcher.method) ? 'any' : [(matcher.method ?? '').toUpperCase()],
			path: matcher.path || anyPath,
			query: matcher.query ?? new Map(),
		}),
	};
};

/** Each key must be there; an allow rule asks that all its values match, a deny rule that any does. */
const matchesQuery = (
	effect: Clause['effect'],
	tests: readonly QueryTest[],
	request: RequestIntent,
): boolean =>
	tests.every(({key, globs}) => {
		const values = request.query.get(key) ?? [];
		const matches = (value: string): boolean => globs.some(glob => glob.test(value));
		return effect === 'allow' ? values.length > 0 && values.every(matches) : values.some(matches);
	});

const isAnyMethod = (method = ''): boolean => method === '' || method === '*';

/** HEAD is GET without the body, so a rule for GET speaks of both. */
const methodTest = (method = ''): ((asked: string) => boolean) => {
	if (isAnyMethod(method)) {
		return () => true;
	}

	const wanted = method.toUpperCase();
	return asked => asked === wanted || (asked === 'HEAD' && wanted === 'GET');
};

const anyPath = '**';

/** What an allow rule leaves out would be open to everyone, so it must say it; a deny rule need not. */
const shapeProblems = (
	effect: Clause['effect'],
	matcher: Matcher,
	at: string,
): readonly Problem[] => {
	const problems = Object.entries(matcher)
		.filter(([field, value]) => value !== undefined && !restFields.has(field))
		.map(([field]) =>
			problem('UnsupportedMatcher', `protocol rest does not know ${field}`, `${at}.${field}`),
		);
	for (const [key, globs] of matcher.query ?? []) {
		if (globs.length === 0) {
			problems.push(problem('EmptyQueryMatcher', 'name at least one value', `${at}.query.${key}`));
		}
	}

	if (effect === 'allow') {
		if (!matcher.path) {
			problems.push(problem('MissingPath', "an allow rule needs a path; '**' is any", at));
		}

		if (!matcher.method) {
			problems.push(problem('MissingMethod', "an allow rule needs a method; '*' is any", at));
		}
	}

	return problems;
};

const restFields: ReadonlySet<string> = new Set(['method', 'path', 'query']);

const problem = (kind: string, message: string, at: string): Problem => ({
	severity: 'error',
	kind,
	message,
	at,
});
