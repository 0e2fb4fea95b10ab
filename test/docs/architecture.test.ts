import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const text = readFileSync(path.join(root, 'docs/ARCHITECTURE.md'), 'utf8');
const folders = readdirSync(root, {withFileTypes: true})
	.filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
	.map(entry => entry.name);

/** What stands in backticks and begins with a folder of ours is a path. */
const named = [...text.matchAll(/`([a-z0-9]+\/[\w./-]*)`/g)]
	.map(([, name = '']) => name)
	.filter(name => folders.includes(name.split('/')[0] ?? ''));

test('every path the architecture names exists', t => {
	t.true(named.length > 80);
	t.deepEqual(
		named.filter(name => !existsSync(path.join(root, name))),
		[],
	);
});

test('the architecture has a line for every folder of the sources', t => {
	const generated = ['dist', 'coverage', 'node_modules'];
	const missing = folders.filter(name => !(generated.includes(name) || named.includes(`${name}/`)));
	t.deepEqual(missing, []);
});
