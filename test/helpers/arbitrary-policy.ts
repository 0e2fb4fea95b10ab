import fc from 'fast-check';
import {escapeGlob} from '../../policies/model/glob/parse.ts';

/** Text that YAML might take for something else, or cannot write plainly. */
const oddText = fc.oneof(
	fc.constantFrom(
		'yes',
		'null',
		'~',
		'1',
		'0x1f',
		'1e3',
		'true',
		'- a',
		'a: b',
		'a #b',
		' a ',
		"'",
		'"',
		'|',
		'>',
		'&a',
		'*a',
		'!t',
		'@',
		'`',
		'%',
		'{',
		'[',
		'?',
		'',
		'---',
		'...',
		'<<',
		'__proto__',
		'constructor',
		'é',
		'😀',
		'a\nb',
		'\n',
		'a\t',
		'\u0000',
		'\u001b[2J',
		'\u0085',
		'\u2028',
		'\u202e',
		'\ufeff',
	),
	fc.string({unit: 'grapheme', maxLength: 12}),
	fc.string({unit: 'binary', maxLength: 6}),
);
const glob = fc.oneof(oddText.map(escapeGlob), fc.constantFrom('*', 'a*', '{a,b}', '[a-c]?', '**'));
const alternatives = fc.oneof(
	glob,
	fc.uniqueArray(glob, {minLength: 1, maxLength: 3}).map(any => ({any})),
);
const named = <T>(value: fc.Arbitrary<T>) => fc.dictionary(oddText, value, {maxKeys: 3});
const partial = <T extends object>(model: {[K in keyof T]: fc.Arbitrary<T[K]>}) =>
	fc.record(model, {requiredKeys: []});

const path = fc.constantFrom(
	'**',
	'/**',
	'/',
	'/repos/*/x',
	'/a/{b,c}/[d-f]',
	'/users/@me',
	'/a%20b',
	'/a\\*b',
);
const method = fc.constantFrom('GET', 'post', '*', 'WEBSOCKET_TEXT');
const restMatcher = partial({method, path, query: named(alternatives)});
const restAllow = restMatcher.map(matcher => ({allow: {path: '/x', ...matcher}}));
const operation = fc.constantFrom('query', 'mutation', 'subscription');
const graphMatcher = fc.record(
	{
		operation_type: operation,
		operation_name: glob,
		fields: fc.array(glob, {minLength: 1, maxLength: 3}),
	},
	{requiredKeys: ['operation_type']},
);
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, {minLength: 1, maxLength: 3});

const inspected = fc.oneof(
	fc.record(
		{
			protocol: fc.constantFrom('rest', 'REST'),
			rules: some(restAllow),
			deny_rules: some(restMatcher),
			path,
		},
		{requiredKeys: ['protocol', 'rules']},
	),
	fc.record({
		protocol: fc.constantFrom('rest', 'websocket', 'graphql'),
		access: fc.constantFrom('read-only', 'read-write', 'full'),
	}),
	fc.record(
		{
			protocol: fc.constant('graphql'),
			rules: some(graphMatcher.map(allow => ({allow}))),
			deny_rules: some(graphMatcher),
			persisted_queries: fc.constantFrom('deny', 'allow_registered'),
			graphql_persisted_queries: named(
				partial({
					operation_type: operation,
					operation_name: oddText,
					fields: fc.array(oddText, {maxLength: 2}),
				}),
			),
			graphql_max_body_bytes: fc.nat(2 ** 32 - 1),
		},
		{requiredKeys: ['protocol', 'rules']},
	),
	fc.record(
		{
			protocol: fc.constant('mcp'),
			rules: some(
				fc.record({
					allow: fc.record(
						{
							method: fc.constantFrom('tools/call', 'tools/*', '*'),
							tool: glob,
							params: partial({name: glob, arguments: named(alternatives)}),
						},
						{requiredKeys: ['method']},
					),
				}),
			),
			mcp: partial({
				max_body_bytes: fc.nat(100_000),
				strict_tool_names: fc.constant(true),
				allow_all_known_mcp_methods: fc.boolean(),
			}),
		},
		{requiredKeys: ['protocol', 'rules']},
	),
	fc.record(
		{
			protocol: fc.constant('json-rpc'),
			rules: fc.constant([{allow: {method: 'a.b'}}]),
			json_rpc: partial({max_body_bytes: fc.nat(100_000)}),
		},
		{requiredKeys: ['protocol', 'rules']},
	),
	fc.record({
		protocol: fc.constant('git'),
		rules: some(
			fc.record({
				allow: fc.record(
					{
						operation: fc.constantFrom('fetch', 'push'),
						path,
						refs: some(fc.constantFrom('refs/heads/*', 'refs/**')),
						no_force: fc.boolean(),
						no_delete: fc.boolean(),
					},
					{requiredKeys: ['operation']},
				),
			}),
		),
	}),
	fc.record({
		protocol: fc.constant('sql'),
		access: fc.constant('full'),
		enforcement: fc.constant('audit'),
	}),
	fc.record({protocol: fc.constant('tcp')}),
	fc.record({tls: fc.constantFrom('skip', 'terminate', '')}),
	fc.constant({}),
);

const place = fc.oneof(
	fc.record({port: fc.integer({min: 1, max: 65_535})}),
	fc.record({ports: fc.array(fc.integer({min: 1, max: 65_535}), {minLength: 1, maxLength: 4})}),
);

const more = partial({
	enforcement: fc.constantFrom('enforce', 'audit'),
	allowed_ips: some(
		fc.constantFrom(
			'10.0.0.0/8',
			'10.1.2.3/8',
			'192.168.1.1',
			'fd00::/8',
			'::ffff:10.0.0.1',
			'2001:DB8::1',
		),
	),
	allow_uninspected_credentials: fc.boolean(),
	credential_binding: fc.record({provider: oddText}),
});

const endpoint = fc
	.tuple(
		fc.constantFrom(
			'a.example.com',
			'*.Example.com',
			'**.x.example',
			'API.example.com',
			'bücher.example',
		),
		place,
		more,
		inspected,
	)
	.map(([host, ports, extra, kind]) => ({host, ...ports, ...extra, ...kind}));

const name = fc
	.string({unit: 'grapheme-ascii', minLength: 1, maxLength: 20})
	.filter(text => text.trim() !== '' && !text.startsWith('_provider_'));
const ruleKey = fc.oneof(name, fc.constantFrom('__proto__', 'null', '1', 'true', 'é', '- a'));

const example = partial({
	binary: oddText,
	host: oddText,
	port: fc.integer({min: 1, max: 65_535}),
	method: oddText,
	path: oddText,
	query: named(fc.array(oddText, {maxLength: 2})),
});

const rule = fc.record(
	{
		name,
		endpoints: some(endpoint),
		binaries: some(
			fc.record({path: fc.constantFrom('/usr/bin/curl', '/usr/bin/*', '/**', '**/git')}),
		),
		match: fc.array(example, {maxLength: 2}),
		not_match: fc.array(example, {maxLength: 2}),
	},
	{requiredKeys: ['endpoints', 'binaries']},
);

/** Rules as an operator may write them in JSON, all valid. */
export const arbitraryRule = rule;

/** Whole policies as JSON, all valid. */
export const arbitraryPolicy = fc.record(
	{
		version: fc.constantFrom(1, 1, 2),
		filesystem_policy: partial({
			include_workdir: fc.boolean(),
			read_only: fc.array(
				oddText.map(text => `/${text.replaceAll('..', '')}`),
				{maxLength: 3},
			),
			read_write: fc.constant(['/tmp']),
		}),
		landlock: fc.record({compatibility: oddText}),
		process: partial({
			run_as_user: fc.constantFrom('sandbox', '1000'),
			run_as_group: fc.constant('sandbox'),
		}),
		network_policies: fc.dictionary(ruleKey, rule, {maxKeys: 3}),
		network_middlewares: fc.uniqueArray(name, {maxLength: 2}).map(names =>
			Object.fromEntries(
				names.map((key, order) => [
					key,
					{
						middleware: 'x',
						order: order - 1,
						config: {a: [1, null, 'yes'], 'b c': {d: true}},
						on_error: 'fail_open',
						endpoints: {include: ['*.example.com'], exclude: []},
					},
				]),
			),
		),
	},
	{requiredKeys: ['version']},
);
