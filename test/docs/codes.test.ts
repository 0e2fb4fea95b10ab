import {readFileSync} from 'node:fs';
import test from 'ava';
import {advice} from '../../plugins/deny-body/advice.ts';
import {type CodeFacts, type DenialCode, denialCodes} from '../../policies/model/codes.ts';
import {packageRoot} from '../helpers/vectors.ts';

const rows = readFileSync(new URL('docs/CODES.md', packageRoot), 'utf8')
	.split('\n')
	.filter(line => line.startsWith('| `'));

test('docs/CODES.md has exactly one row for each code, in the order of the table', t => {
	const expected = Object.entries(denialCodes).map(([code, facts]) =>
		rowOf(code as DenialCode, facts),
	);
	t.deepEqual(rows, expected);
});

test('a status, a word and a remedy exist for every code', t => {
	for (const [code, facts] of Object.entries(denialCodes)) {
		t.true(facts.status >= 400 && facts.status < 600, code);
		t.regex(facts.error, /^[a-z_]+$/, code);
		t.regex(advice[code as DenialCode], /\.$/, code);
	}
});

function rowOf(code: DenialCode, facts: CodeFacts): string {
	const proposable = facts.proposable ? 'yes' : 'no';
	return `| \`${code}\` | \`${facts.error}\` | ${facts.status} | ${proposable} | ${facts.meaning} | ${advice[code]} |`;
}
