import type {Glob, GlobError} from './glob/ast.ts';
import {intersects, readMatcher} from './glob/compile.ts';
import {parseGlob} from './glob/parse.ts';
import {ok, type Result} from './result.ts';

/** Which request paths an endpoint's `path` selects, and how closely. */
export type PathScope = {
	test(path: string): boolean;
	/** The characters that are not `*`: the endpoint with most of them routes a request (contract §1.8). */
	readonly specificity: number;
};

/** Empty, like `**`, is any path. */
export const compileScope = (path: string): Result<PathScope, GlobError> => {
	if (isAnyPath(path)) {
		return ok({test: () => true, specificity: specificityOf(path)});
	}

	const matcher = readMatcher(path, 'path');
	return matcher.ok
		? ok({test: text => matcher.value.test(text), specificity: specificityOf(path)})
		: matcher;
};

export const specificityOf = (path: string): number => path.replaceAll('*', '').length;

/** True when some path is selected by both; a pattern that cannot be read overlaps everything. */
export const pathScopesOverlap = (a: string, b: string): boolean => {
	if (a === b || isAnyPath(a) || isAnyPath(b)) {
		return true;
	}

	const globs: readonly Result<Glob, GlobError>[] = [parseGlob(a, 'path'), parseGlob(b, 'path')];
	const [left, right] = globs;
	return !left?.ok || !right?.ok || intersects(left.value, right.value);
};

const isAnyPath = (path: string): boolean => path === '' || path === '**';
