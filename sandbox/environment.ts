/** What a program needs to know to go through its proxy. */
export type ProxyAccess = {
	readonly sandbox: string;
	/** With the sandbox's own token in it: `http://openshell:<token>@127.0.0.1:port`. */
	readonly proxyUrl: string;
	/** The sandbox's authority alone, as a PEM file: for programs that add it to their own roots. */
	readonly caFile: string;
	/** The system's roots and the authority, as a PEM file: for programs that replace their roots. */
	readonly bundleFile: string;
};

/**
The variables of a program in the sandbox: the caller's own, every way we know to name a proxy and to
trust its authority, and nothing by which the program would find our control sockets. No host
bypasses the proxy: `policy.local` exists only there, and so do the rules for loopback.
*/
export function sandboxEnvironment(
	inherited: Readonly<Record<string, string>>,
	{sandbox, proxyUrl, caFile, bundleFile}: ProxyAccess,
): Record<string, string> {
	const kept = Object.entries(inherited).filter(([name]) => !name.startsWith('OPENSHELL_'));
	return {
		...Object.fromEntries(kept),
		...all(proxyVariables, proxyUrl),
		...all(bypassVariables, ''),
		...all(bundleVariables, bundleFile),
		...all(addedAuthorityVariables, caFile),
		// Node 24 and later look at HTTPS_PROXY only when told to.
		NODE_USE_ENV_PROXY: '1',
		OPENSHELL_SANDBOX: sandbox,
	};
}

const proxyVariables = [
	'HTTP_PROXY',
	'HTTPS_PROXY',
	'ALL_PROXY',
	'http_proxy',
	'https_proxy',
	'all_proxy',
] as const;

/** Emptied, not removed: some programs have a default of their own. */
const bypassVariables = ['NO_PROXY', 'no_proxy'] as const;

/** Each replaces the roots of some programs (curl, git, OpenSSL, Python, Go, cargo, npm, pip, …). */
const bundleVariables = [
	'SSL_CERT_FILE',
	'CURL_CA_BUNDLE',
	'GIT_SSL_CAINFO',
	'REQUESTS_CA_BUNDLE',
	'PIP_CERT',
	'npm_config_cafile',
	'CARGO_HTTP_CAINFO',
	'AWS_CA_BUNDLE',
	'BUNDLE_SSL_CA_CERT',
	'HEX_CACERTS_PATH',
	'NIX_SSL_CERT_FILE',
	'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
	'CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE',
	'HTTPLIB2_CA_CERTS',
] as const;

const addedAuthorityVariables = ['NODE_EXTRA_CA_CERTS', 'DENO_CERT'] as const;

const all = (names: readonly string[], value: string): Record<string, string> =>
	Object.fromEntries(names.map(name => [name, value]));
