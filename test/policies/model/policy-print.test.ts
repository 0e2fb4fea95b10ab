import test from 'ava';
import fc from 'fast-check';
import {stringify} from 'yaml';
import {parseOperation} from '../../../policies/model/operation-parse.ts';
import {printOperation} from '../../../policies/model/operation-print.ts';
import type {Policy} from '../../../policies/model/policy.ts';
import {parsePolicy} from '../../../policies/model/policy-parse.ts';
import {printPolicy, printRule} from '../../../policies/model/policy-print.ts';
import {same} from '../../../policies/model/same.ts';
import {arbitraryPolicy, arbitraryRule} from '../../helpers/arbitrary-policy.ts';

const read = (text: string): Policy => {
	const parsed = parsePolicy(text);
	if (!parsed.ok) {
		throw new Error(`${JSON.stringify(parsed.error[0])} in\n${text}`);
	}

	return parsed.value.policy;
};

test('a printed policy reads as the same policy, and prints as the same text', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(arbitraryPolicy, json => {
				const policy = read(stringify(json));
				const text = printPolicy(policy);
				const again = read(text);
				return same(again, policy) && printPolicy(again) === text;
			}),
			{numRuns: 1000},
		);
	});
});

test('a policy means the same whether it was written as YAML or as JSON', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(arbitraryPolicy, json => same(read(JSON.stringify(json)), read(stringify(json)))),
			{numRuns: 300},
		);
	});
});

test('a printed operation reads as the same operation', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(arbitraryRule, rule => {
				const read = parseOperation({addRule: {ruleName: 'r', rule}}, {author: 'operator'});
				if (!read.ok) {
					throw new Error(JSON.stringify(read.error));
				}

				const json = JSON.parse(JSON.stringify(printOperation(read.value)));
				const again = parseOperation(json, {author: 'operator'});
				return again.ok && same(again.value, read.value);
			}),
			{numRuns: 500},
		);
	});
});

test('a policy prints sorted, in the order of the contract, without defaults', t => {
	const policy = read(`version: 1
network_policies:
  zeta:
    name: Display
    binaries: [{path: /usr/bin/curl, harness: true}]
    endpoints:
      - {protocol: REST, rules: [{allow: {path: "/a/*", method: get, query: {k: {any: [x, y]}, b: "1"}}}], port: 443, host: "*.Example.com", enforcement: audit}
  alpha:
    name: alpha
    endpoints: [{ports: [8443, 443], host: db.example.com, tls: passthrough, enforcement: enforce}]
    binaries: [{path: "/**"}]
`);
	t.is(
		printPolicy(policy),
		`version: 1
network_policies:
  alpha:
    endpoints:
      - host: db.example.com
        ports:
          - 443
          - 8443
    binaries:
      - path: /**
  zeta:
    name: Display
    endpoints:
      - host: "*.example.com"
        port: 443
        protocol: rest
        enforcement: audit
        rules:
          - allow:
              method: GET
              path: /a/*
              query:
                b: "1"
                k:
                  any:
                    - x
                    - y
    binaries:
      - path: /usr/bin/curl
`,
	);
});

test('an inspected endpoint always says how it is enforced', t => {
	const policy = read(
		'version: 1\nnetwork_policies: {p: {endpoints: [{host: a.b, port: 1, protocol: rest, access: full}], binaries: [{path: /x}]}}',
	);
	const [entry] = policy.network_policies;
	t.truthy(entry);
	if (entry) {
		t.is(
			printRule(...entry),
			`p:
  endpoints:
    - host: a.b
      port: 1
      protocol: rest
      enforcement: enforce
      access: full
  binaries:
    - path: /x
`,
		);
	}
});

test('the text of any policy holds nothing hidden', t => {
	t.notThrows(() => {
		fc.assert(
			fc.property(
				arbitraryPolicy,
				json =>
					!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(
						printPolicy(read(stringify(json))).replaceAll('\n', ''),
					),
			),
			{numRuns: 300},
		);
	});
});
