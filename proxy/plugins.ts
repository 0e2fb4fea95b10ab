import type {MakePlugin, Plugin, PluginHost} from '../policies/model/plugin.ts';
import type {ProtocolWord, Registry} from '../policies/model/protocol.ts';

/** A foreign plugin, as the configuration or `--plugin` names it. */
export type NamedPlugin = {readonly name: string; readonly make: MakePlugin};

export type PluginSet = {
	/** In chain order. */
	readonly chain: readonly Plugin[];
	readonly words: Registry;
};

/**
Makes the chain, once, at start, and gathers the words it teaches.
@throws when a plugin cannot be made, or teaches a word that is taken.
*/
export const makePlugins = (
	host: Omit<PluginHost, 'config'>,
	makers: readonly MakePlugin[],
): PluginSet => {
	const chain = makers.map(make => make({...host, config: {}}));
	const words = new Map<string, ProtocolWord>();
	for (const {name, protocol} of chain) {
		if (protocol !== undefined && words.has(protocol.name)) {
			throw new Error(
				`plugin ${name} teaches the protocol word ${protocol.name}, which is taken. Rename the word or leave the plugin out.`,
			);
		}

		if (protocol !== undefined) {
			words.set(protocol.name, protocol);
		}
	}

	return {chain, words};
};

/**
A foreign plugin with what the configuration says under its name. It may refuse and observe, and
never touch what goes upstream: only the built-in credentials do, after every foreign hook (X26).
*/
export const foreignPlugin =
	(
		{name, make}: NamedPlugin,
		config: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
	): MakePlugin =>
	host => {
		const plugin = make({...host, config: Object.hasOwn(config, name) ? (config[name] ?? {}) : {}});
		if (plugin.hooks?.onForward !== undefined) {
			throw new Error(
				`plugin ${name} has onForward, by which it could change a request after it was decided on; only the built-in credentials may. Remove the hook or the plugin.`,
			);
		}

		return plugin;
	};
