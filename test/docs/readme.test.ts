import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {catalogue} from '../../cli/catalogue.ts';
import {exitCodes} from '../../cli/exit-codes.ts';

const at = (file: string): string => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
const read = (file: string): Promise<string> => readFile(at(file), 'utf8');

test('the two commands of the README are scripts that exist', async t => {
	const readme = await read('README.md');
	const {scripts} = JSON.parse(await read('package.json'));
	t.true(readme.includes('npm ci && npm run demo') && 'demo' in scripts);
	t.true(readme.includes('npm ci && npm test') && 'test' in scripts);
});

test('every command the README shows exists', async t => {
	const readme = await read('README.md');
	const names = new Set(catalogue.map(({name}) => name));
	const shown = [...readme.matchAll(/^openshell ([a-z]+)(?: ([a-z]+))?/gm)];
	t.true(shown.length > 5);
	for (const [line, noun = '', verb = ''] of shown) {
		t.true(names.has(noun) || names.has(`${noun} ${verb}`), line);
	}
});

test('the README names every exit code', async t => {
	const readme = await read('README.md');
	for (const code of Object.values(exitCodes)) {
		t.true(readme.includes(`| ${code} | `), String(code));
	}
});

test('every file that a document links to exists', t => {
	const documents = ['README.md', ...readdirSync(at('docs')).map(name => `docs/${name}`)];
	for (const document of documents) {
		const links = [...readFileSync(at(document), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)];
		for (const [, target = ''] of links) {
			t.true(
				existsSync(path.resolve(path.dirname(at(document)), target)),
				`${document}: ${target}`,
			);
		}
	}
});
