import {compileGlob} from '../policies/model/glob/compile.ts';
import {parseGlob} from '../policies/model/glob/parse.ts';

/** Nanoseconds per match and per compile, for usual and for hostile patterns. Run by hand after a build. */
const bench = (): void => {
	const long = `/${'a'.repeat(4094)}`;
	for (const [pattern, text] of [
		['/user/repos', '/user/repos'],
		['/repos/**', '/repos/acme/site/contents/docs/index.md'],
		['/repos/*/*/issues', '/repos/acme/site/issues'],
		['/**/git-upload-pack', '/acme/site.git/git-upload-pack'],
		['/repos/{acme,other}/*/contents/**', '/repos/acme/site/contents/docs/index.md'],
		['*a????????????', `${'ab'.repeat(2000)}`],
		['/*a*a*a*a*a*a*a*b', long],
		['/**/a/**/a/**/b', `${'/a'.repeat(2000)}`],
	] as const) {
		const glob = parseGlob(pattern, 'path');
		if (!glob.ok) {
			continue;
		}

		const compile = measure(() => compileGlob({...glob.value}).test(''));
		const matcher = compileGlob(glob.value);
		const match = measure(() => matcher.test(text));
		process.stdout.write(
			`${pattern.padEnd(36)} ${String(text.length).padStart(5)} chars  match ${match} ns  compile ${compile} ns\n`,
		);
	}
};

/** The median of seven rounds of about 30 ms each. */
const measure = (work: () => void): number => {
	const rounds = Array.from({length: 7}, () => {
		let count = 0;
		const start = performance.now();
		while (performance.now() - start < 30) {
			for (let index = 0; index < 50; index++) {
				work();
			}

			count += 50;
		}

		return ((performance.now() - start) / count) * 1e6;
	});
	return Math.round(rounds.sort((a, b) => a - b)[3] ?? 0);
};

bench();
