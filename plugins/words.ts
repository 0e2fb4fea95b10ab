import type {ProtocolWord, Registry} from '../policies/model/protocol.ts';
import {rest} from './rest/protocol.ts';
import {tcp} from './tcp/protocol.ts';

/** The protocol words that come with the product, by name; proxy, gateway and CLI load the same. */
export const builtInWords: Registry = new Map(
	[rest, tcp].map((word): readonly [string, ProtocolWord] => [word.name, word]),
);
