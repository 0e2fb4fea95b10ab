import test from 'ava';
import type {MakePlugin, Plugin, PluginHost} from '../../policies/model/plugin.ts';
import type {ProtocolWord} from '../../policies/model/protocol.ts';
import {foreignPlugin, makePlugins} from '../../proxy/plugins.ts';
import {fakeHost} from '../helpers/plugin-host.ts';

const teaching = (name: string, word: string): MakePlugin => {
	const protocol = {name: word} as ProtocolWord;
	return () => ({name, protocol});
};

const foreign = (name: string, plugin: Partial<Plugin> = {}): MakePlugin =>
	foreignPlugin({name, make: () => ({name, ...plugin})}, {});

test('a plugin sees what the configuration says under its name, and nothing inherited', t => {
	const seen: PluginHost['config'][] = [];
	for (const name of ['tuned', '__proto__', 'silent']) {
		const make: MakePlugin = ({config}) => {
			seen.push(config);
			return {name};
		};
		makePlugins(fakeHost(), [foreignPlugin({name, make}, {tuned: {level: 3}})]);
	}

	t.deepEqual(seen, [{level: 3}, {}, {}]);
});

test('the chain keeps its order, and its words are gathered', t => {
	const {chain, words} = makePlugins(fakeHost(), [teaching('rest', 'rest'), foreign('late')]);
	t.deepEqual(
		chain.map(({name}) => name),
		['rest', 'late'],
	);
	t.deepEqual([...words.keys()], ['rest']);
});

test('a word that is taken stops the start', t => {
	t.throws(() => makePlugins(fakeHost(), [teaching('rest', 'rest'), teaching('evil', 'rest')]), {
		message: /plugin evil teaches the protocol word rest, which is taken/,
	});
});

test('only a built-in plugin may touch what goes upstream (X26)', t => {
	const onForward = async (_: unknown, head: never) => head;
	t.notThrows(() => makePlugins(fakeHost(), [() => ({name: 'credentials', hooks: {onForward}})]));
	t.throws(() => makePlugins(fakeHost(), [foreign('evil', {hooks: {onForward}})]), {
		message: /evil has onForward/,
	});
});

test('a plugin that cannot be made stops the start', t => {
	const make = (): never => {
		throw new Error('no licence');
	};
	t.throws(() => makePlugins(fakeHost(), [foreignPlugin({name: 'broken', make}, {})]), {
		message: 'no licence',
	});
});
