import type {Environment} from './config.ts';

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

/** Whether our own process was started in an environment that could subvert a proxy or gateway. */
export const isDangerous = (environment: Environment): boolean =>
	dangerous.some(name => (environment[name] ?? '') !== '');
