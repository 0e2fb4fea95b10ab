import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test, {type ExecutionContext} from 'ava';
import {call} from '../../helpers/call.ts';
import {temporaryDirectory} from '../../helpers/temp.ts';

async function check(t: ExecutionContext, text: string, ...flags: string[]) {
	const home = await temporaryDirectory(t);
	await writeFile(path.join(home, 'p.yaml'), text);
	return call(t, ['policy', 'check', path.join(home, 'p.yaml'), ...flags], {home});
}

const rule = (endpoint: string): string =>
	`version: 1\nnetwork_policies:\n  api:\n    endpoints:\n      - ${endpoint}\n    binaries: [{path: /usr/bin/curl}]\n`;

for (const name of ['default.yaml', 'samples/github-read-only.yaml', 'samples/example-api.yaml']) {
	test(`the policy that ships as ${name} is sound`, async t => {
		const file = fileURLToPath(new URL(`../../../../policies/${name}`, import.meta.url));
		const {code, out} = await call(t, ['policy', 'check', file]);
		t.is(code, 0, out);
	});
}

test('every problem is told with its place and the nearest word, and the exit code is 1', async t => {
	const {code, out} = await check(t, rule('{host: api.example.com, port: 443, protcol: rest}'));
	t.is(code, 1);
	t.regex(out, /p\.yaml:5:\d+: error UnknownKey: .*protcol.*did you mean protocol/);
	t.regex(out, /would be refused: \d+ errors?\./);
});

test('two rules that would treat one place differently are a problem', async t => {
	const {code, out} = await check(
		t,
		`version: 1
network_policies:
  a:
    endpoints: [{host: api.example.com, port: 443, protocol: rest, access: read-only}]
    binaries: [{path: /usr/bin/curl}]
  b:
    endpoints: [{host: api.example.com, port: 443, tls: skip}]
    binaries: [{path: /usr/bin/git}]
`,
	);
	t.is(code, 1);
	t.regex(out, /error \w*Ambig\w*|api\.example\.com/);
});

test('what means something else upstream is said, and only where it applies', async t => {
	const open = await check(
		t,
		rule(
			'{host: api.example.com, port: 443, protocol: rest, rules: [{allow: {method: GET, path: /v1/**}}], deny_rules: [{method: POST}]}',
		),
		'--json',
	);
	t.is(open.code, 0);
	t.like(open.json[0], {ok: true, problems: []});
	const {differences} = open.json[0] as {differences: Array<{message: string}>};
	t.is(differences.length, 3);
	for (const word of ['enforcement is not written', 'without path', "does not match '/v1'"]) {
		t.true(
			differences.some(({message}) => message.includes(word)),
			word,
		);
	}

	const explicit = await check(
		t,
		rule(
			'{host: api.example.com, port: 443, protocol: rest, enforcement: enforce, rules: [{allow: {method: GET, path: /v1}}]}',
		),
		'--json',
	);
	t.deepEqual((explicit.json[0] as {differences: unknown}).differences, []);
});

test('a hostile policy file cannot drive the terminal', async t => {
	const {out} = await check(t, 'version: 1\n"\\e[2J\\u202E": 1\n');
	t.notRegex(out.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('a file that is not there is a failure that names it', async t => {
	const {code, error} = await call(t, ['policy', 'check', '/no/such.yaml']);
	t.is(code, 1);
	t.regex(error, /no\/such\.yaml/);
	t.is((await call(t, ['policy', 'check'])).code, 2);
});
