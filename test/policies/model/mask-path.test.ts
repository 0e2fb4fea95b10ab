import test from 'ava';
import fc from 'fast-check';
import {maskPath, redactQuery} from '../../../policies/model/mask-path.ts';

const shown = [
	'/',
	'/user/repos',
	'/repos/acme/openshell-for-typescript/contents/docs/getting-started.md',
	'/repos/NVIDIA/OpenShell.git/git-upload-pack',
	'/v1beta1/projects/my-project-123456/locations/us-central1/publishers/google/models',
	'/api/2026-08-21/events/2026-08-21T10:00:00Z/12345678901234567890',
	'/v1/things/f47ac10b-58cc-4372-a567-0e02b2c3d479',
	'/package/@types/node-fetch/-/node-fetch-2.6.11-rc.1.tgz',
	'/getUserByIdAndOrganisation/internationalization',
	'/users/caf%C3%A9/O%27Brien',
	'/bucket/IMG_20260821_101500_HDR.jpg',
	'/[masked]/x',
];

for (const path of shown) {
	test(`${path} is shown as it is`, t => {
		t.is(maskPath(path), path);
	});
}

const secrets = [
	'123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
	'bot110201543:AAHdqTcvCH1vGWJxfSeof',
	'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
	'sk-proj-abcdefghijklmnop',
	'xoxb-17653672481-19874698323',
	'XkT9mQ2vLp7RzW4nYb8Hc3Jd',
	'd41d8cd98f00b204e9800998ecf8427e',
	'da39a3ee5e6b4b0d3255bfef95601890afd80709',
	'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
	'dozjgNry-P4J3jVm_NHl0w5N',
	'AKIAIOSFODNN7EXAMPLE',
	'k3j9x2m8q4w7z1p5',
	'xK2mQ9vTz4LpW8rN',
	'abcdefghijklmnopqrstuvwxyzabcdefgh',
];

for (const secret of secrets) {
	test(`${secret.slice(0, 12)}... is masked`, t => {
		t.is(maskPath(`/services/${secret}/send`), '/services/[masked]/send');
	});
}

const alphabets = {
	base62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
	base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
	hex: '0123456789abcdef',
};

for (const [name, alphabet] of Object.entries(alphabets)) {
	test(`nearly every random ${name} key of 24 to 31 characters is masked, every longer one of 40`, t => {
		const keys = (min: number, max: number) =>
			fc.sample(
				fc
					.array(fc.constantFrom(...alphabet), {minLength: min, maxLength: max})
					.map(chars => chars.join('')),
				{numRuns: 2000, seed: 7},
			);
		const missed = keys(24, 31).filter(key => maskPath(`/${key}`) !== '/[masked]');
		t.true(missed.length <= 60, `${missed.length}: ${missed.slice(0, 5).join(' ')}`);
		const long = keys(40, 64).filter(key => maskPath(`/${key}`) !== '/[masked]');
		t.true(long.length <= 10, `${long.length}: ${long.slice(0, 5).join(' ')}`);
	});
}

test('names of words, numbers, dates and UUIDs are never masked', t => {
	const word = fc.constantFrom(
		'repos',
		'acme',
		'issue',
		'comment',
		'pull',
		'main',
		'docs',
		'user',
		'contents',
		'api',
		'test',
		'release',
		'webhook',
		'organization',
	);
	const name = fc
		.array(fc.oneof(word, word, fc.nat(9999).map(String)), {minLength: 1, maxLength: 6})
		.map(parts => parts.join('-'));
	const camel = fc
		.array(word, {minLength: 1, maxLength: 3})
		.map(parts => parts.map(p => p[0]?.toUpperCase() + p.slice(1)).join(''));
	const segment = fc.oneof(
		name,
		camel.filter(text => text.length < 32),
		fc.bigInt({min: 0n}).map(String),
		fc.uuid(),
		fc
			.date({noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01')})
			.map(date => date.toISOString()),
	);
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.array(segment, {maxLength: 6}), parts => {
				const path = `/${parts.join('/')}`;
				return maskPath(path) === path;
			}),
			{numRuns: 3000},
		);
	});
});

test('masking a masked path changes nothing', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(fc.string({maxLength: 60}), text => maskPath(maskPath(text)) === maskPath(text)),
		);
	});
});

test('a log line loses its queries and nothing else', t => {
	t.is(
		redactQuery('DENIED PUT http://h/x?access_token=s3cret [policy:p engine:l7]'),
		'DENIED PUT http://h/x?[redacted] [policy:p engine:l7]',
	);
	t.is(redactQuery('[url:http://h/x?a=1] next'), '[url:http://h/x?[redacted]] next');
	t.is(redactQuery('GET /x?a]s3cret&b end?'), 'GET /x?[redacted] end?[redacted]');
	t.is(redactQuery('no query'), 'no query');
});

test('a redacted line is at most 4096 bytes and a mark, and stays as it is', t => {
	t.is(redactQuery('a'.repeat(4096)), 'a'.repeat(4096));
	t.is(redactQuery('a'.repeat(4097)), `${'a'.repeat(4096)}...[truncated]`);
	t.is(redactQuery('é'.repeat(2049)), `${'é'.repeat(2048)}...[truncated]`);
	t.notThrows(() => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom('?', 'a', ']', ' ', '[redacted]', '='), {maxLength: 20}),
				parts => {
					const once = redactQuery(parts.join(''));
					return redactQuery(once) === once;
				},
			),
		);
	});
});
