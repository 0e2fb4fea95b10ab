import type {MakePlugin} from '../policies/model/plugin.ts';
import type {ProtocolWord} from '../policies/model/protocol.ts';
import {denyBody} from './deny-body/plugin.ts';
import type {OcsfLog} from './ocsf-log/log.ts';
import {ocsfLog} from './ocsf-log/plugin.ts';
import {policyLocal} from './policy-local/plugin.ts';
import {builtInWords} from './words.ts';

/**
The default chain, in order: the virtual host first, since no rule of policy concerns it; then
the words of the language; then who renders a denial; last who records, so that it sees
everything. Foreign plugins stand between the words and the renderer.
*/
export const defaultChain = (
	log: Pick<OcsfLog, 'record'>,
	foreign: readonly MakePlugin[] = [],
): readonly MakePlugin[] => [
	policyLocal,
	...[...builtInWords.values()].map(wordPlugin),
	...foreign,
	denyBody,
	ocsfLog(log),
];

/** A word of the language is a plugin like any other; it has no hooks. */
const wordPlugin =
	(protocol: ProtocolWord): MakePlugin =>
	() => ({name: protocol.name, protocol});
