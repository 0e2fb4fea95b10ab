import type {Decision} from '../policies/model/decision.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Event} from '../policies/model/event.ts';
import type {ConnectionIntent, Intent, RequestIntent} from '../policies/model/intent.ts';
import type {Answer, Hooks, Plugin, RequestHead, VirtualHost} from '../policies/model/plugin.ts';
import {plainAnswer} from './plain-answer.ts';

/** The plugins' hooks, called in chain order. */
export type Chain = {
	/** The first refusal, or undefined. A throw is a refusal, too: a hook may not allow by failing. */
	onConnect(intent: ConnectionIntent): Promise<Objection | undefined>;
	onRequest(intent: RequestIntent, head: RequestHead): Promise<Objection | undefined>;
	onForward(intent: RequestIntent, head: RequestHead): Promise<RequestHead>;
	virtualHost(host: string): VirtualHost | undefined;
	/** The first answer that a plugin renders; a plain one if none does, or the renderer fails. */
	render(denial: Denial): Answer;
	/** Observers are told in order; one that throws does not keep the others from being told. */
	decided(intent: Intent, decision: Decision): void;
	tell(event: Event): void;
	closed(connection: string): void;
};

export type Objection = {readonly plugin: string; readonly reason: string};

export const makeChain = (plugins: readonly Plugin[]): Chain => ({
	onConnect: async intent => firstObjection(plugins, async hooks => hooks.onConnect?.(intent)),
	onRequest: async (intent, head) =>
		firstObjection(plugins, async hooks => hooks.onRequest?.(intent, head)),
	async onForward(intent, head) {
		let upstream = head;
		for (const {hooks} of plugins) {
			upstream = (await hooks?.onForward?.(intent, upstream)) ?? upstream;
		}

		return upstream;
	},
	virtualHost: host => plugins.find(({hooks}) => hooks?.serve?.host === host)?.hooks?.serve,
	render: denial => render(plugins, denial),
	decided: (intent, decision) => observe(plugins, hooks => hooks.onDecision?.(intent, decision)),
	tell: event => observe(plugins, hooks => hooks.onEvent?.(event)),
	closed: connection => observe(plugins, hooks => hooks.onClose?.(connection)),
});

const firstObjection = async (
	plugins: readonly Plugin[],
	ask: (hooks: Hooks) => Promise<{readonly reason: string} | undefined>,
): Promise<Objection | undefined> => {
	for (const {name, hooks} of plugins) {
		const refusal = hooks === undefined ? undefined : await ask(hooks).catch(() => failed);
		if (refusal !== undefined) {
			return {plugin: name, reason: refusal.reason};
		}
	}

	return undefined;
};

const failed = {reason: 'it failed while deciding, which counts as a refusal'};

const render = (plugins: readonly Plugin[], denial: Denial): Answer => {
	try {
		for (const {hooks} of plugins) {
			const answer = hooks?.onDenied?.(denial);
			if (answer !== undefined) {
				return answer;
			}
		}
	} catch {
		// A broken renderer changes how a refusal looks, never that it is one.
	}

	return plainAnswer(denial);
};

/** Told, not asked: by now the decision stands, and an observer's failure cannot change it. */
const observe = (plugins: readonly Plugin[], tell: (hooks: Hooks) => void): void => {
	for (const {hooks} of plugins) {
		try {
			if (hooks !== undefined) {
				tell(hooks);
			}
		} catch {
			// The log reports its own failures through its health port (decision 33).
		}
	}
};
