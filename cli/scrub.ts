import type {Environment} from './config.ts';
import {Failure} from './failure.ts';

/** What the proxy and the gateway may see of our variables; all else could change how they work (X18). */
const kept = new Set([
	'PATH',
	'HOME',
	'USER',
	'LOGNAME',
	'LANG',
	'LC_ALL',
	'LC_CTYPE',
	'TZ',
	'TMPDIR',
	'NO_COLOR',
	'XDG_STATE_HOME',
	'XDG_CONFIG_HOME',
	'XDG_RUNTIME_DIR',
	// Coverage of our own tests: names a folder that is written, nothing that is read.
	'NODE_V8_COVERAGE',
]);

/** The environment our own processes start with. */
export const scrubbed = (environment: Environment): Record<string, string> =>
	Object.fromEntries(Object.entries(environment).filter(([name]) => kept.has(name)));

/** Variables that let somebody else's code, trust or route into a process that must obey only policy. */
const dangerous = [
	'NODE_OPTIONS',
	'NODE_TLS_REJECT_UNAUTHORIZED',
	'NODE_EXTRA_CA_CERTS',
	'NODE_PATH',
	'LD_PRELOAD',
	'LD_LIBRARY_PATH',
	'SSLKEYLOGFILE',
] as const;

/** Refuses to become a proxy or gateway in an environment that could subvert it. */
export function refuseDangerous(environment: Environment): void {
	const found = dangerous.filter(name => (environment[name] ?? '') !== '');
	if (found.length > 0) {
		throw new Failure(
			`${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} set, which could change what this ` +
				`process runs or trusts. Start it with: env ${found.map(name => `-u ${name}`).join(' ')} openshell …`,
		);
	}
}
