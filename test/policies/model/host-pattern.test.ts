import test from 'ava';
import {compileGlob} from '../../../policies/model/glob/compile.ts';
import {parseGlob} from '../../../policies/model/glob/parse.ts';
import {parseHost} from '../../../policies/model/host.ts';
import {
	compileHostPattern,
	hostMatches,
	hostPatternsOverlap,
	parseHostPattern,
} from '../../../policies/model/host-pattern.ts';
import type {Host} from '../../../policies/model/names.ts';
import {contractVectors} from '../../helpers/vectors.ts';

type HostVector = {
	readonly id: string;
	readonly matcher: 'endpoint' | 'prover_credential';
	readonly pattern: string;
	readonly host: string;
	readonly expect: boolean | 'error';
};

const pattern = (text: string): Host => {
	const parsed = parseHostPattern(text);
	if (!parsed.ok) {
		throw new Error(`${text}: ${parsed.error.message}`);
	}

	return parsed.value;
};

const host = (text: string): Host => {
	const parsed = parseHost(text);
	if (!parsed.ok) {
		throw new Error(`${text}: ${parsed.error}`);
	}

	return parsed.value;
};

for (const {id, matcher, pattern: text, host: other, expect} of contractVectors<HostVector>(
	'host_match',
)) {
	test(`${id}: ${matcher} ${text} and ${JSON.stringify(other)}`, t => {
		if (matcher === 'prover_credential') {
			t.is(hostPatternsOverlap(pattern(text), pattern(other)), expect as boolean);
			return;
		}

		// A host that cannot be read is denied before any rule is asked.
		const asked = parseHost(other);
		const glob = parseGlob(text, 'host');
		t.is(asked.ok && glob.ok && compileGlob(glob.value).test(asked.value), expect === true);
	});
}

const refused: ReadonlyArray<readonly [string, string]> = [
	['*', 'InvalidHostWildcard'],
	['**', 'InvalidHostWildcard'],
	['*.com', 'TldWildcard'],
	['**.com', 'TldWildcard'],
	['*.COM.', 'TldWildcard'],
	['*x.com', 'TldWildcard'],
	['foo.us-*.x.com', 'InvalidHostWildcard'],
	['foo.**.x.com', 'InvalidHostWildcard'],
	['api**.x.com', 'InvalidHostWildcard'],
	['***.x.com', 'InvalidHostWildcard'],
	['api.x.*', 'InvalidHostWildcard'],
	['api.*', 'InvalidHostWildcard'],
	['*.254.169.254', 'InvalidHost'],
	['*.x..com', 'InvalidHost'],
	['*.x y.com', 'InvalidHost'],
	['*.ｇithub.com', 'InvalidHost'],
	['[*:1]', 'InvalidHostWildcard'],
	['a?.x.com', 'InvalidHost'],
	['{a,b}.x.com', 'InvalidHost'],
];

for (const [text, kind] of refused) {
	test(`the host pattern ${text} is refused: ${kind}`, t => {
		const parsed = parseHostPattern(text);
		t.is(parsed.ok ? 'none' : (parsed.error.kind as string), kind);
	});
}

test('patterns come back canonical, and canonical ones as themselves', t => {
	for (const [text, expected] of [
		['*.EXAMPLE.com', '*.example.com'],
		['*.example.com.', '*.example.com'],
		['*-API.example.com', '*-api.example.com'],
		['**.bücher.example', '**.xn--bcher-kva.example'],
		['*.s3.*.amazonaws.com', '*.s3.*.amazonaws.com'],
		['0x7f.1', '127.0.0.1'],
	] as const) {
		t.is(pattern(text) as string, expected);
		t.is(pattern(expected) as string, expected);
	}
});

test('an endpoint without a host matches every host', t => {
	t.true(hostMatches('', host('anything.example')));
	t.true(compileHostPattern('').test(host('::1')));
	t.true(hostPatternsOverlap('', pattern('*.example.com')));
});

test('patterns overlap when one host matches both, and not otherwise', t => {
	for (const [a, b, expected] of [
		['eu-*.example.com', '*-prod.example.com', true],
		['eu-*.example.com', 'us-*.example.com', false],
		['**.example.com', '*.b.example.com', true],
		['*.example.com', '*.b.example.com', false],
		['API.example.com.', 'api.example.com', true],
		['*.s3.*.example.com', '**.eu.example.com', true],
	] as const) {
		t.is(hostPatternsOverlap(pattern(a), pattern(b)), expected, `${a} ${b}`);
		t.is(hostPatternsOverlap(pattern(b), pattern(a)), expected, `${b} ${a}`);
	}
});

test('a text that was never read as a pattern is a broken promise', t => {
	t.throws(() => hostMatches('a**.b' as Host, host('a.b')), {instanceOf: TypeError});
});
