import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test, {type ExecutionContext} from 'ava';
import {type CliResult, collect, runCli, startCli} from '../helpers/cli.ts';
import {temporaryDirectory} from '../helpers/temp.ts';
import {startUpstream} from '../helpers/upstream.ts';

/** A state of its own with a gateway that ends with the test, and an upstream called api.example.test. */
async function house(t: ExecutionContext) {
	const home = await temporaryDirectory(t);
	const upstream = await startUpstream(t, (request, response) => {
		response.end(`${request.method} ${request.url} for ${request.headers.host}\n`);
	});
	await writeFile(path.join(home, 'ca.pem'), upstream.authority, {mode: 0o600});
	const gateway = startCli(t, home, [
		'gateway',
		'start',
		'--json',
		'--with-parent',
		'--state-dir',
		'state',
	]);
	await firstJson(gateway.stdout);
	const place = `api.example.test:443:127.0.0.1:${upstream.port}`;
	const runArgv = [
		...['run', '--state-dir', 'state', '--allow-unenforced', '--name', 'work'],
		...['--connect-to', place, '--upstream-ca', 'ca.pem'],
	];
	const cli = (...argv: string[]): Promise<CliResult> =>
		runCli(t, home, [...argv, '--state-dir', 'state']);
	return {home, runArgv, cli};
}

async function firstJson(stream: NodeJS.ReadableStream | null): Promise<unknown> {
	return new Promise((resolve, reject) => {
		let text = '';
		stream?.on('data', part => {
			text += String(part);
			if (text.includes('\n')) {
				resolve(JSON.parse(text.slice(0, text.indexOf('\n'))));
			}
		});
		stream?.once('end', () => reject(new Error(`ended without a line: ${text}`)));
	});
}

const curl = 'curl -sS --max-time 30';

test('curl in a sandbox reads why it is refused, inside TLS', async t => {
	t.timeout(60_000);
	const {home, runArgv} = await house(t);
	const {code, stdout, stderr} = await runCli(t, home, [
		...runArgv,
		'--',
		...[...curl.split(' '), '-w', '\n%{http_code}', 'https://api.example.test/v1/items?secret=1'],
	]);
	t.is(code, 0, stderr);
	const [body = '', status] = stdout.split('\n');
	t.is(status, '403');
	const denial = JSON.parse(body);
	t.like(denial, {error: 'policy_denied', host: 'api.example.test', port: 443});
	t.regex(denial.denial_id, /^den_/);
	t.false(body.includes('secret'));
	t.true(stderr.includes('advisory tier, not enforced'));
	t.true(stderr.includes('--connect-to api.example.test:443:127.0.0.1:'));
});

/** Denied, proposes what the denial suggests, waits, tries again: in shell, with curl alone. */
const negotiation = `
set -eu
refusal=$(${curl} https://api.example.test/v1/items)
id=$(printf %s "$refusal" | node -e 'process.stdout.write(JSON.parse(require("fs").readFileSync(0)).denial_id)')
body=$(${curl} "http://policy.local/v1/denials?last=20" | node -e '
	const {items} = JSON.parse(require("fs").readFileSync(0));
	const {denial_id, suggested_operation} = items.find(item => item.denial_id === process.argv[1]);
	process.stdout.write(JSON.stringify({intent_summary: "read items", operations: [suggested_operation], denial_ids: [denial_id]}));
' "$id")
chunk=$(${curl} -H 'Content-Type: application/json' -d "$body" http://policy.local/v1/proposals | node -e '
	process.stdout.write(JSON.parse(require("fs").readFileSync(0)).accepted_chunk_ids[0])')
echo "PROPOSED $chunk"
start=$(node -e 'process.stdout.write(String(Date.now()))')
${curl} "http://policy.local/v1/proposals/$chunk/wait?timeout=60" > wait.json
echo "WAITED $start $(node -e 'process.stdout.write(String(Date.now()))') $(cat wait.json)"
echo "RETRY $(${curl} https://api.example.test/v1/items)"
`;

test('an approval in another process wakes the wait, and the same request goes through', async t => {
	t.timeout(120_000);
	const {home, runArgv, cli} = await house(t);
	const running = startCli(t, home, [...runArgv, '--', 'sh', '-c', negotiation]);
	const errors = collect(running.stderr);
	const lines = followLines(running.stdout);
	const proposed = await lines.starting('PROPOSED ');
	const id = proposed.slice('PROPOSED '.length);

	const unseen = await cli('rule', 'approve', id);
	t.is(unseen.code, 1);
	t.regex(unseen.stderr, /openshell rule show chk_/);

	const shown = await cli('rule', 'show', id.slice(0, -2));
	t.is(shown.code, 0, shown.stderr);
	t.true(shown.stdout.includes('api.example.test:443'));
	const token = /Token: ([0-9a-f]{12})/.exec(shown.stdout)?.[1] ?? '';
	const stillUnseen = await cli('rule', 'approve', id);
	t.is(stillUnseen.code, 1, 'a print to a pipe counts as a person having seen it');

	const stale = await cli('rule', 'approve', id, '--token', '000000000000');
	t.is(stale.code, 4, stale.stderr);
	const approvedAt = Date.now();
	const approved = await cli('rule', 'approve', id, '--token', token);
	t.is(approved.code, 0, approved.stderr);
	t.regex(approved.stdout, /^OK Chunk approved\. Policy version: \d+, hash: [0-9a-f]{12}$/m);

	const [, , ended = '', ...answer] = (await lines.starting('WAITED ')).split(' ');
	t.like(JSON.parse(answer.join(' ')), {status: 'approved', policy_reloaded: true});
	t.log(`the wait ended ${Number(ended) - approvedAt} ms after the approving process was started`);
	t.is(await lines.starting('RETRY '), 'RETRY GET /v1/items for api.example.test');
	t.is(await exitCode(running), 0, await errors);
	const list = await cli('rule', 'get', '--json', 'work');
	t.like(JSON.parse(list.stdout)[0], {id, status: 'approved', phase: 'active', tier: 'advisory'});
});

function followLines(stream: NodeJS.ReadableStream | null) {
	let text = '';
	const waiting = new Set<() => void>();
	stream?.on('data', part => {
		text += String(part);
		for (const look of waiting) {
			look();
		}
	});
	return {
		starting: (start: string): Promise<string> =>
			new Promise((resolve, reject) => {
				const look = (): void => {
					const found = text
						.split('\n')
						.slice(0, -1)
						.find(line => line.startsWith(start));
					if (found !== undefined) {
						waiting.delete(look);
						resolve(found);
					}
				};
				waiting.add(look);
				stream?.once('end', () => reject(new Error(`no line '${start}' in: ${text}`)));
				look();
			}),
	};
}

const exitCode = (child: import('node:child_process').ChildProcess): Promise<number | null> =>
	child.exitCode === null
		? new Promise(resolve => {
				child.once('exit', resolve);
			})
		: Promise.resolve(child.exitCode);

test("run gives the command's own exit code, and 125 where it never started", async t => {
	t.timeout(60_000);
	const {home, runArgv} = await house(t);
	t.is((await runCli(t, home, [...runArgv, '--', 'sh', '-c', 'exit 7'])).code, 7);
	const missing = await runCli(t, home, [...runArgv, '--', '/no/such/program']);
	t.is(missing.code, 125);
	t.regex(missing.stderr, /\/no\/such\/program could not be started: the program was not found/);
	await writeFile(path.join(home, 'broken.yaml'), 'version: 1\nnope: 2\nneither: 3\n');
	const broken = await runCli(t, home, [
		...['run', '--state-dir', 'state', '--allow-unenforced', '--name', 'broken'],
		...['--policy', 'broken.yaml', '--', 'true'],
	]);
	t.is(broken.code, 125);
	t.regex(broken.stderr, /^ {2}line 2.*nope.*\n {2}line 3.*neither/m);
	t.false(broken.stderr.includes('U+000A'));
	const unconsented = await runCli(t, home, ['run', '--state-dir', 'state', '--', 'true']);
	t.is(unconsented.code, 125);
	t.regex(unconsented.stderr, /not built yet.*--allow-unenforced/s);
	t.is((await runCli(t, home, ['run', '--allow-unenforced'])).code, 2);
	const auto = await runCli(t, home, [...runArgv, '--approval-mode', 'auto', '--', 'true']);
	t.is(auto.code, 125);
	t.regex(auto.stderr, /could approve for itself/);
});
