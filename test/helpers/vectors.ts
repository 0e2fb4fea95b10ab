import {readFileSync} from 'node:fs';
import {deviations} from '../vectors/deviations.ts';

/** The package's root, seen from the compiled helper in `dist/test/helpers`. */
export const packageRoot = new URL('../../../', import.meta.url);

/** One group of the contract's vectors, without those that a decision overrules. */
export const contractVectors = <T extends {readonly id: string}>(group: string): readonly T[] =>
	vectorsOf<T>(group).filter(({id}) => !overruled.has(id));

/** The same group, only those that a decision overrules. */
export const overruledVectors = <T extends {readonly id: string}>(group: string): readonly T[] =>
	vectorsOf<T>(group).filter(({id}) => overruled.has(id));

const overruled: ReadonlySet<string> = new Set(deviations.map(deviation => deviation.id));

const vectorsOf = <T>(group: string): readonly T[] => {
	const text = readFileSync(new URL('test/vectors/contract-vectors.json', packageRoot), 'utf8');
	return (JSON.parse(text) as Readonly<Record<string, readonly T[]>>)[group] ?? [];
};
