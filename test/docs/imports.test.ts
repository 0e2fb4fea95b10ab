import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const dist = fileURLToPath(new URL('../../', import.meta.url));

type Reached = {readonly files: Set<string>; readonly packages: Set<string>};

/** Everything a compiled file loads when it is imported; what is imported on demand is not followed. */
async function reach(file: string, reached: Reached = {files: new Set(), packages: new Set()}) {
	if (reached.files.has(file)) {
		return reached;
	}

	reached.files.add(file);
	const text = await readFile(file, 'utf8');
	for (const [, specifier = ''] of text.matchAll(
		/^(?:import|export)\b[^;'"]*?["']([^'"]+)["'];?$/gm,
	)) {
		if (specifier.startsWith('.')) {
			await reach(path.resolve(path.dirname(file), specifier), reached);
		} else if (!specifier.startsWith('node:')) {
			reached.packages.add(specifier);
		}
	}

	return reached;
}

const forbidden = ['sqlite3', 'knex', 'koa', '@koa/router', 'neo-blessed'];

for (const entry of ['cli/main.js', 'cli/commands/proxy-start.js', 'cli/demo/agent.js']) {
	test(`${entry} loads no database, no web framework and no terminal library (X40)`, async t => {
		const {files, packages} = await reach(path.join(dist, entry));
		t.true(files.size > 5, 'the imports are found at all');
		t.deepEqual(
			forbidden.filter(name => packages.has(name)),
			[],
		);
		const inside = [...files].map(file => path.relative(dist, file));
		t.deepEqual(
			inside.filter(file => /^gateway\/(?:server|service|store)\//.test(file)),
			[],
		);
	});
}

test('the search would find the database where it is loaded', async t => {
	const {packages} = await reach(path.join(dist, 'cli/commands/gateway-start.js'));
	t.true(packages.has('knex') || packages.has('sqlite3'));
	t.true(packages.has('koa'));
	t.notThrows(() => createRequire(import.meta.url).resolve('sqlite3'));
});
