import test from 'ava';
import type {Plugin, PluginHost} from '../../policies/model/plugin.ts';
import type {ProtocolWord} from '../../policies/model/protocol.ts';
import {makePlugins, type NamedPlugin} from '../../proxy/plugins.ts';
import {fakeHost} from '../helpers/plugin-host.ts';

const word = (name: string): ProtocolWord => ({name}) as ProtocolWord;

const named = (name: string, plugin: Partial<Plugin> = {}): NamedPlugin => ({
	name,
	make: () => ({name, ...plugin}),
});

const make = (
	builtIn: readonly NamedPlugin[],
	foreign: readonly NamedPlugin[],
	words: readonly ProtocolWord[] = [],
) =>
	makePlugins(fakeHost(), {
		builtIn,
		foreign,
		words: new Map(words.map(each => [each.name, each])),
		config: {tuned: {level: 3}},
	});

test('built-in plugins stand before foreign ones, and each sees its own configuration', t => {
	const seen: (readonly [string, PluginHost['config']])[] = [];
	const configured = (name: string): NamedPlugin => ({
		name,
		make: ({config}) => {
			seen.push([name, config]);
			return {name};
		},
	});
	const {chain} = make([named('first'), configured('tuned')], [configured('__proto__')]);
	t.deepEqual(
		chain.map(({name}) => name),
		['first', 'tuned', '__proto__'],
	);
	t.deepEqual(seen, [
		['tuned', {level: 3}],
		['__proto__', {}],
	]);
});

test('a plugin teaches its word, and none that is taken', t => {
	const {words} = make([], [named('git', {protocol: word('git')})], [word('rest')]);
	t.deepEqual([...words.keys()], ['rest', 'git']);
	t.throws(() => make([], [named('evil', {protocol: word('rest')})], [word('rest')]), {
		message: /plugin evil teaches the protocol word rest, which is taken/,
	});
});

test('only a built-in plugin may touch what goes upstream (X26)', t => {
	const onForward = async (_: unknown, head: never) => head;
	t.notThrows(() => make([named('credentials', {hooks: {onForward}})], []));
	t.throws(() => make([], [named('evil', {hooks: {onForward}})]), {message: /evil has onForward/});
});

test('a plugin that cannot be made stops the start', t => {
	const broken: NamedPlugin = {
		name: 'broken',
		make() {
			throw new Error('no licence');
		},
	};
	t.throws(() => make([], [broken]), {message: 'no licence'});
});
