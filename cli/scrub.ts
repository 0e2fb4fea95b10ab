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

/**
Variables that let somebody else's code, trust or files into a process that must obey only policy:
those of Node, of the dynamic linker, of OpenSSL and of the C library.
*/
const dangerous = [
	/^NODE_(?!V8_COVERAGE$)/,
	/^(?:LD|DYLD)_/,
	/^(?:OPENSSL|SSL)_/,
	/^(?:SSLKEYLOGFILE|GCONV_PATH|HOSTALIASES|RES_OPTIONS|LOCALDOMAIN)$/,
];

/** Whether our own process was started in an environment that could subvert a proxy or gateway. */
export const isDangerous = (environment: Environment): boolean =>
	Object.entries(environment).some(
		([name, value]) => value !== '' && dangerous.some(pattern => pattern.test(name)),
	);
