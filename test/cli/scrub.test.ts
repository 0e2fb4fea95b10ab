import test from 'ava';
import {isDangerous, scrubbed} from '../../cli/scrub.ts';

test('only harmless variables reach the proxy and the gateway', t => {
	const clean = {PATH: '/bin', HOME: '/home/a', LANG: 'C'};
	t.deepEqual(
		scrubbed({
			...clean,
			NODE_OPTIONS: '--require /tmp/evil.js',
			NODE_TLS_REJECT_UNAUTHORIZED: '0',
			NODE_EXTRA_CA_CERTS: '/tmp/evil.pem',
			HTTPS_PROXY: 'http://evil',
			GITHUB_TOKEN: 'secret',
			LD_PRELOAD: '/tmp/evil.so',
		}),
		clean,
	);
});

test('an environment that could subvert a proxy or gateway is recognised', t => {
	t.false(
		isDangerous({PATH: '/bin', NODE_OPTIONS: '', NODE_V8_COVERAGE: '/c', HTTPS_PROXY: 'http://p'}),
	);
	for (const name of [
		'NODE_OPTIONS',
		'NODE_TLS_REJECT_UNAUTHORIZED',
		'NODE_EXTRA_CA_CERTS',
		'NODE_USE_ENV_PROXY',
		'LD_PRELOAD',
		'LD_AUDIT',
		'OPENSSL_CONF',
		'SSL_CERT_FILE',
		'SSLKEYLOGFILE',
		'HOSTALIASES',
	]) {
		t.true(isDangerous({[name]: 'x'}), name);
		t.false(isDangerous(scrubbed({[name]: 'x'})), name);
	}
});
