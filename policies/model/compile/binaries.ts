import {type Matcher, matcherOf} from '../glob/compile.ts';
import {parseGlob} from '../glob/parse.ts';
import type {Caller} from '../intent.ts';
import type {Binary, Problem} from '../policy.ts';
import {err, ok, type Result} from '../result.ts';
import {maxBinariesPerRule} from './limits.ts';

/** Which programs a rule speaks for. */
export type BinarySet = {
	/** The executable or any of its ancestors is listed. A command line never counts. */
	holds(caller: Caller): boolean;
};

/** `at` is the rule's place in the document, for problems. An empty list holds nobody. */
export const compileBinaries = (
	binaries: readonly Binary[],
	at: string,
): Result<BinarySet, readonly Problem[]> => {
	if (binaries.length > maxBinariesPerRule) {
		const message = `more than ${maxBinariesPerRule} binaries; split the rule or use a pattern`;
		return err([{severity: 'error', kind: 'TooManyBinaries', message, at: `${at}.binaries`}]);
	}

	const exact = new Set<string>();
	const patterns: Matcher[] = [];
	const problems: Problem[] = [];
	for (const [index, {path}] of binaries.entries()) {
		const glob = parseGlob(path, 'path');
		if (!glob.ok) {
			const {kind, message} = glob.error;
			problems.push({severity: 'error', kind, message, at: `${at}.binaries[${index}].path`});
		} else if (glob.value.literal === undefined) {
			patterns.push(matcherOf(path, 'path'));
		} else {
			exact.add(glob.value.literal);
		}
	}

	return problems.length > 0 ? err(problems) : ok(setOf(exact, patterns));
};

const setOf = (exact: ReadonlySet<string>, patterns: readonly Matcher[]): BinarySet => {
	const has = (path: string): boolean =>
		exact.has(path) || patterns.some(pattern => pattern.test(path));
	return {holds: ({binary, ancestors}) => has(binary) || ancestors.some(has)};
};
