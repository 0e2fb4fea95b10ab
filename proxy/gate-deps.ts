import type {PolicyPort, RequestHead} from '../policies/model/plugin.ts';
import type {CallerOf} from './caller.ts';
import type {Chain} from './chain.ts';
import type {ConnectTo} from './connect-to.ts';
import type {Law} from './law.ts';
import type {Passages} from './passages.ts';
import type {Recorder} from './record.ts';
import type {Resolve} from './resolve.ts';

/** What the gate decides with. */
export type GateDeps = {
	readonly law: Law;
	readonly policy: PolicyPort;
	readonly chain: Chain;
	readonly record: Recorder;
	readonly passages: Passages;
	readonly callerOf: CallerOf;
	readonly resolve: Resolve;
	readonly connectTo: readonly ConnectTo[];
	/** The client carries this sandbox's own proxy token. */
	hasToken(head: RequestHead): boolean;
	/** False while the log cannot be written: then nothing new is let through (decision 33). */
	canRecord(): boolean;
	/** Milliseconds since the epoch. */
	now(): number;
};
