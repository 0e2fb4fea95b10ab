import type {NetworkRule} from '../policy.ts';

/** Binary patterns that stand for any binary. */
export const anyBinaryPaths: ReadonlySet<string> = new Set(['/**', '**']);

export const isAnyBinary = (rule: NetworkRule): boolean =>
	rule.binaries.some(({path}) => anyBinaryPaths.has(path));
