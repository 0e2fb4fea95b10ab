import {Document, visit} from 'yaml';
import {hasHidden, replaceHidden} from './clean.ts';
import type {RuleKey} from './names.ts';
import type {FilesystemPolicy, Middleware, NetworkRule, Policy} from './policy.ts';
import {type PlainMap, plainMap, plainOf, sortedMap, unlessEmpty} from './print/plain.ts';
import {plainRule} from './print/rule.ts';

/**
The canonical text of a policy: sorted rules, keys in the order of contract 1.2, defaults left out.
Equal policies have equal texts, and reading a text gives the policy back.
*/
export const printPolicy = (policy: Policy): string =>
	print(
		plainMap([
			['version', policy.version],
			['filesystem_policy', policy.filesystem_policy && plainFilesystem(policy.filesystem_policy)],
			['landlock', policy.landlock && plainMap([['compatibility', policy.landlock.compatibility]])],
			['process', policy.process && plainProcess(policy.process)],
			[
				'network_policies',
				unlessEmpty(
					new Map(
						[...policy.network_policies]
							.sort(([a], [b]) => (a < b ? -1 : 1))
							.map(([key, rule]) => [key as string, plainRule(rule, key)]),
					),
				),
			],
			['network_middlewares', unlessEmpty(plainMiddlewares(policy.network_middlewares))],
		]),
	);

/** The canonical text of one rule under its key, as a person reviews it. */
export const printRule = (key: RuleKey, rule: NetworkRule): string =>
	print(plainMap([[key, plainRule(rule, key)]]));

/**
One form for every value: no folding, no anchors, quotes only where YAML needs them or something
would not be seen; then it is escaped.
*/
const print = (plain: PlainMap): string => {
	const document = new Document(plain, {
		version: '1.2',
		schema: 'core',
		aliasDuplicateObjects: false,
	});
	visit(document, {
		Scalar: (_, scalar) => {
			if (typeof scalar.value === 'string' && hasHidden(scalar.value)) {
				scalar.type = 'QUOTE_DOUBLE';
			}
		},
	});
	return replaceHidden(document.toString({lineWidth: 0, blockQuote: false}), escapeYaml);
};

/** YAML knows `\u` and, above the basic plane, `\U`. */
const escapeYaml = (char: string): string => {
	const hex = (char.codePointAt(0) ?? 0).toString(16);
	return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
};

const plainFilesystem = (policy: FilesystemPolicy): PlainMap =>
	plainMap([
		['include_workdir', unlessEmpty(policy.include_workdir)],
		['read_only', unlessEmpty(policy.read_only)],
		['read_write', unlessEmpty(policy.read_write)],
	]);

const plainProcess = (process: NonNullable<Policy['process']>): PlainMap =>
	plainMap([
		['run_as_user', process.run_as_user],
		['run_as_group', process.run_as_group],
	]);

const plainMiddlewares = (middlewares: Policy['network_middlewares']): PlainMap =>
	new Map(
		[...middlewares]
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, middleware]) => [key, plainMiddleware(key, middleware)]),
	);

const plainMiddleware = (key: string, middleware: Middleware): PlainMap =>
	plainMap([
		['name', middleware.name === key ? undefined : middleware.name],
		['middleware', middleware.middleware],
		['order', middleware.order === 0 ? undefined : middleware.order],
		['config', unlessEmpty(sortedMap(new Map(Object.entries(middleware.config)), plainOf))],
		['on_error', unlessEmpty<string>(middleware.on_error)],
		[
			'endpoints',
			unlessEmpty(
				plainMap([
					['include', unlessEmpty(middleware.endpoints.include)],
					['exclude', unlessEmpty(middleware.endpoints.exclude)],
				]),
			),
		],
	]);
