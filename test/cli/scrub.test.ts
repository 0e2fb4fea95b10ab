import test from 'ava';
import {refuseDangerous, scrubbed} from '../../cli/scrub.ts';

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

test('a proxy or gateway does not start where its trust could be subverted', t => {
	t.notThrows(() => refuseDangerous({PATH: '/bin', NODE_OPTIONS: ''}));
	t.throws(() => refuseDangerous({NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_OPTIONS: '-r x'}), {
		message: /^NODE_OPTIONS, NODE_TLS_REJECT_UNAUTHORIZED are set.*env -u NODE_OPTIONS -u NODE_TLS/,
	});
});
