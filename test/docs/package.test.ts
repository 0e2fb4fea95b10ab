import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const readJson = async (file: string) => JSON.parse(await readFile(path.join(root, file), 'utf8'));

type LockEntry = {
	integrity?: string;
	resolved?: string;
	hasInstallScript?: boolean;
	link?: boolean;
};

test('every package of the lock file is pinned by its hash and by nothing else (X40)', async t => {
	const {packages} = (await readJson('package-lock.json')) as {packages: Record<string, LockEntry>};
	const entries = Object.entries(packages).filter(([name]) => name !== '');
	t.true(entries.length > 100);
	for (const [name, entry] of entries) {
		t.regex(entry.integrity ?? '', /^sha512-/, name);
		t.is(entry.resolved, undefined, name);
		t.not(entry.link, true, name);
	}
});

test('only sqlite3 runs a script when it is installed (X40)', async t => {
	const {packages} = (await readJson('package-lock.json')) as {packages: Record<string, LockEntry>};
	const {allowScripts} = (await readJson('package.json')) as {
		allowScripts: Record<string, boolean>;
	};
	const allowed = Object.keys(allowScripts).filter(name => allowScripts[name]);
	t.deepEqual(allowed, ['sqlite3']);
	const withScripts = Object.entries(packages)
		.filter(([, entry]) => entry.hasInstallScript)
		.map(([name]) => name.replace(/^.*node_modules\//, ''));
	for (const name of withScripts) {
		t.true(
			name in allowScripts || name === 'fsevents',
			`${name} has an install script nobody decided about`,
		);
	}
});

test('dependencies are pinned to one version each', async t => {
	const {dependencies, devDependencies} = await readJson('package.json');
	for (const [name, range] of Object.entries({...dependencies, ...devDependencies})) {
		t.regex(String(range), /^\d+\.\d+\.\d+$/, name);
	}
});

/** Modules that are types, constants or entry points: their behaviour shows in the tests of others. */
const sources = ['cli', 'sandbox', 'tui'];

async function modulesUnder(folder: string): Promise<string[]> {
	const entries = await readdir(path.join(root, folder), {recursive: true}).catch(() => []);
	return entries.filter(name => name.endsWith('.ts')).map(name => path.join(folder, name));
}

test('tests mirror the sources: no test tests a module that is gone', async t => {
	const tests = (await modulesUnder('test')).filter(name => name.endsWith('.test.ts'));
	const mirrored = tests.filter(name => sources.includes(name.split('/')[1] ?? ''));
	const modules = new Set((await Promise.all(sources.map(modulesUnder))).flat());
	for (const name of mirrored) {
		const source = name.replace(/^test\//, '').replace('.test.ts', '.ts');
		t.true(modules.has(source), `${name} has no ${source}`);
	}
});
