import {readFile} from 'node:fs/promises';
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
