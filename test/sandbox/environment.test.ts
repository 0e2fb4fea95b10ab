import test from 'ava';
import {sandboxEnvironment} from '../../sandbox/environment.ts';

const access = {
	sandbox: 'work',
	proxyUrl: 'http://openshell:t@127.0.0.1:1',
	caFile: '/s/ca.pem',
	bundleFile: '/s/bundle.pem',
};

test('every proxy variable names the proxy and no host bypasses it', t => {
	const environment = sandboxEnvironment(
		{NO_PROXY: 'localhost,127.0.0.1', no_proxy: '*', TERM: 'x'},
		access,
	);
	t.like(environment, {
		HTTP_PROXY: access.proxyUrl,
		HTTPS_PROXY: access.proxyUrl,
		http_proxy: access.proxyUrl,
		https_proxy: access.proxyUrl,
		ALL_PROXY: access.proxyUrl,
		NO_PROXY: '',
		no_proxy: '',
		TERM: 'x',
		OPENSHELL_SANDBOX: 'work',
	});
});

test('programs that replace their roots get the bundle, those that add get the authority', t => {
	t.like(sandboxEnvironment({SSL_CERT_FILE: '/old'}, access), {
		SSL_CERT_FILE: '/s/bundle.pem',
		CURL_CA_BUNDLE: '/s/bundle.pem',
		GIT_SSL_CAINFO: '/s/bundle.pem',
		REQUESTS_CA_BUNDLE: '/s/bundle.pem',
		npm_config_cafile: '/s/bundle.pem',
		NODE_EXTRA_CA_CERTS: '/s/ca.pem',
		DENO_CERT: '/s/ca.pem',
	});
});

test('the program is not told where our state and sockets are', t => {
	const environment = sandboxEnvironment(
		{OPENSHELL_STATE_DIR: '/s', OPENSHELL_GATEWAY: '/g', OPENSHELL_CONFIG: '/c'},
		access,
	);
	t.deepEqual(
		Object.keys(environment).filter(name => name.startsWith('OPENSHELL_')),
		['OPENSHELL_SANDBOX'],
	);
});
