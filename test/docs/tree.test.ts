import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const parts = ['cli', 'gateway', 'plugins', 'policies', 'proxy', 'sandbox', 'tui', 'x509'];

/** Modules, or whole folders, that no test can import, and what runs them instead. */
const exempt: Readonly<Record<string, string>> = {
	'cli/main.ts': 'it is the process; every test of test/e2e starts it',
	'cli/demo/agent.ts': 'a program of its own, started by the demo: test/e2e/demo.test.ts',
	'cli/demo/agent/': 'the parts of that program',
};

const modulesUnder = (folder: string): readonly string[] =>
	readdirSync(path.join(root, folder), {recursive: true})
		.map(String)
		.filter(name => name.endsWith('.ts'))
		.map(name => path.join(folder, name));

const importsOf = (module: string): readonly string[] =>
	[...read(module).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) =>
		path.join(path.dirname(module), specifier),
	);

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const modules = parts.flatMap(modulesUnder);
const suites = modulesUnder('test');

/** Types, tables and constants have no behaviour: theirs is that of who uses them. */
const hasBehaviour = (module: string): boolean => /=>\s|\bfunction\b|\bclass\b/.test(code(module));

const code = (module: string): string =>
	read(module)
		.replace(/\/\*[\s\S]*?\*\//g, '')
		.replace(/^(?:export )?type [\s\S]*?;\n(?=\n|$)/gm, '');

/**
A test names a module when it imports it or mirrors its path. What a named module loads of its own
top folder counts as tested with it; how well, coverage says.
*/
const tested = (): ReadonlySet<string> => {
	const reached = new Set<string>();
	const reach = (module: string): void => {
		if (modules.includes(module) && !reached.has(module)) {
			reached.add(module);
			importsOf(module)
				.filter(part => part.split('/')[0] === module.split('/')[0])
				.forEach(reach);
		}
	};

	suites.flatMap(suite => [sourceOf(suite), ...importsOf(suite)]).forEach(reach);
	return reached;
};

/** The module whose path a test mirrors. */
const sourceOf = (suite: string): string =>
	suite.replace(/^test\//, '').replace(/\.test\.ts$/, '.ts');

test('every module with behaviour is named by a test, or is a part of one that is', t => {
	const reached = tested();
	const untested = modules.filter(module => hasBehaviour(module) && !reached.has(module));
	const isExempt = (module: string): boolean =>
		Object.keys(exempt).some(
			each => module === each || (each.endsWith('/') && module.startsWith(each)),
		);
	t.deepEqual(
		untested.filter(module => !isExempt(module)),
		[],
	);
	t.deepEqual(
		Object.keys(exempt).filter(each => !untested.some(module => module.startsWith(each))),
		[],
		'an exemption that is no longer needed',
	);
});

test('tests mirror the sources: no test tests a module or a folder that is gone', t => {
	const mirrored = suites.filter(
		name => name.endsWith('.test.ts') && parts.includes(name.split('/')[1] ?? ''),
	);
	t.true(mirrored.length > 100);
	const lost = mirrored
		.map(sourceOf)
		.filter(source => !existsSync(path.join(root, path.dirname(source))));
	t.deepEqual(lost, []);
});
