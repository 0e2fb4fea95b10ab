import {access, readFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const document = await readFile(path.join(root, 'docs/SECURITY.md'), 'utf8');
const rows = document.split('\n').flatMap(line => {
	const [, number = '', , holds = '', tests = ''] = line.split('|').map(cell => cell.trim());
	return /^X\d+$/.test(number) ? [{number, holds, tests}] : [];
});
const isThere = (file: string): Promise<boolean> =>
	access(path.join(root, file)).then(
		() => true,
		() => false,
	);

test('every attack that the loop must withstand has a row', t => {
	const numbers = rows.map(({number}) => number);
	t.is(new Set(numbers).size, numbers.length);
	for (const number of '3 5 6 7 10 11 15 16 17 18 19 22 23 29 33 34 38 39 40'.split(' ')) {
		t.true(numbers.includes(`X${number}`), `X${number}`);
	}
});

for (const {number, holds, tests} of rows) {
	test(`${number} says what holds and names tests that exist`, async t => {
		t.not(holds, '');
		const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file);
		t.true(files.length > 0);
		t.is(tests.replaceAll(/`[^`]+`/g, '').trim(), '', 'only names of files stand here');
		for (const file of files) {
			t.true(file.startsWith('test/') && (await isThere(file)), file);
		}
	});
}

test('a number that only the gaps name is not claimed as held', t => {
	const [, gaps = ''] = document.split('\n## Gaps\n');
	const held = new Set(rows.map(({number}) => number));
	for (const number of ['X1', 'X2', 'X8', 'X13', 'X20', 'X27', 'X32', 'X35']) {
		t.false(held.has(number), number);
		t.regex(gaps, new RegExp(`\\b${number}\\b`), number);
	}
});
