import type {MakePlugin, Plugin, PluginHost} from '../policies/model/plugin.ts';
import type {ProtocolWord, Registry} from '../policies/model/protocol.ts';

/** A plugin as the configuration names it. */
export type NamedPlugin = {readonly name: string; readonly make: MakePlugin};

export type PluginSet = {
	/** In chain order. */
	readonly chain: readonly Plugin[];
	readonly words: Registry;
};

/**
Makes the chain: built-in plugins, then foreign ones. Called once, at start.
@throws when a plugin cannot be made, takes a protocol word that is taken, or is foreign and would
touch what goes upstream: only the built-in credentials do, after every foreign hook (X26).
*/
export const makePlugins = (
	host: Omit<PluginHost, 'config'>,
	given: {
		readonly builtIn: readonly NamedPlugin[];
		readonly foreign: readonly NamedPlugin[];
		readonly words: Registry;
		readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	},
): PluginSet => {
	const make = ({name, make: makePlugin}: NamedPlugin): Plugin =>
		makePlugin({
			...host,
			config: Object.hasOwn(given.config, name) ? (given.config[name] ?? {}) : {},
		});
	const builtIn = given.builtIn.map(make);
	const foreign = given.foreign.map(named => checked(named.name, make(named)));
	const words = new Map<string, ProtocolWord>(given.words);
	for (const {name, protocol} of [...builtIn, ...foreign]) {
		addWord(words, name, protocol);
	}

	return {chain: [...builtIn, ...foreign], words};
};

const checked = (name: string, plugin: Plugin): Plugin => {
	if (plugin.hooks?.onForward !== undefined) {
		throw new Error(
			`plugin ${name} has onForward, by which it could change a request after it was decided on; only the built-in credentials may. Remove the hook or the plugin.`,
		);
	}

	return plugin;
};

const addWord = (
	words: Map<string, ProtocolWord>,
	plugin: string,
	word: ProtocolWord | undefined,
): void => {
	if (word === undefined || words.get(word.name) === word) {
		return;
	}

	if (words.has(word.name)) {
		throw new Error(
			`plugin ${plugin} teaches the protocol word ${word.name}, which is taken. Rename the word or leave the plugin out.`,
		);
	}

	words.set(word.name, word);
};
