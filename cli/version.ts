import {readFileSync} from 'node:fs';

/** The root of the installed package, seen from the compiled file. */
export const packageRoot = new URL('../../', import.meta.url);

/** The package's version. */
export const version: string = String(
	JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8')).version,
);
