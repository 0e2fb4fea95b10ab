import {builtInWords} from '../plugins/words.ts';
import {compile} from '../policies/model/compile.ts';
import {makeEndpoint} from '../policies/model/endpoint.ts';
import {evaluate} from '../policies/model/evaluate.ts';
import type {Intent} from '../policies/model/intent.ts';
import type {CanonicalPath, Host, RuleKey} from '../policies/model/names.ts';
import type {Endpoint, NetworkRule, Policy} from '../policies/model/policy.ts';
import {suggest} from '../policies/model/suggest.ts';

/** Nanoseconds per decision at 1,000 rules; the aim is below 5 µs. Run by hand after a build. */
const bench = (): void => {
	const policy = policyOf(1000);
	const start = performance.now();
	const compiled = compile(policy, builtInWords);
	print('compile 1,000 rules', (performance.now() - start) * 1e6);
	if (!compiled.ok) {
		throw new Error(JSON.stringify(compiled.error));
	}

	for (const [title, intent] of intents) {
		print(
			`${title}: evaluate`,
			measure(() => evaluate(compiled.value, intent)),
		);
		const decision = evaluate(compiled.value, intent);
		if (decision.kind === 'deny') {
			const asked = () => suggest(compiled.value, intent, decision, builtInWords);
			print(`${title}: suggest`, measure(asked));
		}
	}
};

const policyOf = (count: number): Policy => ({
	version: 1,
	network_policies: new Map(
		Array.from({length: count}, (_, index): [RuleKey, NetworkRule] => [
			`rule_${index}` as RuleKey,
			{
				name: `rule_${index}`,
				endpoints: [exact(index), pattern(index)],
				binaries: [{path: '/usr/bin/curl'}, {path: '/usr/lib/**'}],
				match: [],
				not_match: [],
			},
		]),
	),
	network_middlewares: new Map(),
});

const exact = (index: number): Endpoint =>
	makeEndpoint({
		host: `api${index}.example` as Host,
		ports: [443],
		protocol: 'rest',
		rules: ['/repos/*/*/issues', '/repos/acme/**', '/user', '/v1/{a,b}/*'].map(path => ({
			allow: {method: 'GET', path},
		})),
		deny_rules: [{method: 'DELETE'}, {method: 'GET', path: '/repos/*/secrets/**'}],
	});

const pattern = (index: number): Endpoint =>
	makeEndpoint({
		host: `*.domain${index}.example` as Host,
		ports: [443],
		protocol: 'rest',
		access: 'read-only',
	});

const caller = {
	binary: '/usr/lib/node/bin/node',
	ancestors: ['/usr/bin/bash', '/usr/bin/claude', '/sbin/init'],
};

const request = (host: string, method: string, path: string): Intent => ({
	kind: 'request',
	host: host as Host,
	port: 443,
	caller,
	scheme: 'https',
	method,
	path: path as CanonicalPath,
	encodedSlash: false,
	query: new Map(),
});

const intents: ReadonlyArray<readonly [title: string, intent: Intent]> = [
	['allowed request', request('api500.example', 'GET', '/repos/acme/site/contents/docs/a.md')],
	['request through a pattern', request('x.domain500.example', 'GET', '/any')],
	['refused request', request('api500.example', 'PUT', '/repos/acme/site/contents/docs/a.md')],
	['blocked request', request('api500.example', 'DELETE', '/user')],
	['unknown place', request('unknown.test', 'GET', '/')],
	['connection', {kind: 'connection', host: 'api7.example' as Host, port: 443, caller}],
];

/** The best of 25 rounds of about 10 ms each, because the machine may have other work. */
const measure = (work: () => unknown): number => {
	const rounds = Array.from({length: 25}, () => {
		let count = 0;
		const start = performance.now();
		while (performance.now() - start < 10) {
			for (let index = 0; index < 50; index++) {
				work();
			}

			count += 50;
		}

		return ((performance.now() - start) / count) * 1e6;
	});
	return Math.min(...rounds);
};

const print = (title: string, nanoseconds: number): void => {
	process.stdout.write(`${title.padEnd(40)} ${Math.round(nanoseconds).toLocaleString('en')} ns\n`);
};

bench();
