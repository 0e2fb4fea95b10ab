import {networkInterfaces} from 'node:os';
import process from 'node:process';
import {defaultChain} from '../plugins/all.ts';
import type {OcsfLog} from '../plugins/ocsf-log/log.ts';
import type {PluginHost, PolicyInForce} from '../policies/model/plugin.ts';
import type {Registry} from '../policies/model/protocol.ts';
import type {Result} from '../policies/model/result.ts';
import {defaultSettings, type Settings} from '../policies/model/settings.ts';
import {makeGate} from './admit.ts';
import {makeCallerOf} from './caller.ts';
import {type Chain, makeChain} from './chain.ts';
import type {Closing} from './closing.ts';
import {type Denials, makeDenials} from './denials.ts';
import {lookupAll, yieldToLoop} from './effects.ts';
import type {Gate} from './gate.ts';
import type {GateDeps} from './gate-deps.ts';
import {type GatewayLink, linkGateway} from './gateway-link.ts';
import {type Law, makeLaw} from './law.ts';
import {loadPolicy, type PolicyText} from './load.ts';
import {openLog} from './open-log.ts';
import type {ProxyDeps, ProxyOptions} from './options.ts';
import {makePassages} from './passages.ts';
import {foreignPlugin, makePlugins} from './plugins.ts';
import {readPolicy} from './read-policy.ts';
import {makeRecorder} from './record.ts';
import {makeResolve} from './resolve.ts';
import {makeSnapshot, type Snapshot} from './snapshot.ts';
import {makeSurroundings} from './surroundings.ts';
import {makeTokenCheck} from './token.ts';

/** The gate of one sandbox, and what starts and feeds it. */
export type GateParts = {
	readonly gate: Gate;
	readonly chain: Chain;
	readonly snapshot: Snapshot;
	/** Undefined: this proxy runs without a gateway. */
	readonly link: GatewayLink | undefined;
	load(text: PolicyText): Result<PolicyInForce, string>;
	/** A port we listen on, from now on closed to every rule. */
	own(port: number): void;
	readonly log: Pick<OcsfLog, 'previousWasKilled' | 'settled'>;
};

/** Puts the gate together from its parts; what it opens, `closing` ends. */
export const buildGate = async (
	options: ProxyOptions,
	deps: ProxyDeps,
	closing: Closing,
): Promise<GateParts> => {
	const snapshot = makeSnapshot();
	// The first to hear of a swap: whoever is told later finds nothing open that is denied.
	const passages = makePassages(snapshot);
	const ring = makeDenials();
	const log = await openLog(options, deps, snapshot);
	closing.add(async () => log.close());
	const load = (text: PolicyText) =>
		loadPolicy({snapshot, read: yaml => readPolicy(yaml, words), tell: chain.tell, now}, text);
	const now = (): number => deps.clock.now();
	const settings = {...defaultSettings, ...options.settings};
	const link = linkOf(options, deps, closing, {settings, load});
	const currentSettings = (): Settings => link?.follow.settings() ?? settings;
	const {chain: plugins, words} = makePlugins(
		hostOf({options, deps, snapshot, ring, log, link, currentSettings}),
		defaultChain(
			log,
			options.plugins.map(named => foreignPlugin(named, options.pluginConfig)),
		),
	);
	const chain = makeChain(plugins);
	const ownPorts = [...options.ownPorts];
	const law = lawOf(words, () => ownPorts, deps);
	const record = makeRecorder({
		law,
		policy: snapshot,
		chain,
		ring,
		report: denial => link?.report(denial),
		settings: currentSettings,
		now,
		newId: deps.newId,
	});
	const shared = {law, policy: snapshot, chain, record, passages, now, canRecord: log.isWritable};
	return {
		gate: makeGate({...shared, ...senses(options, deps)}),
		chain,
		snapshot,
		link,
		load,
		own: port => void ownPorts.push(port),
		log,
	};
};

const lawOf = (words: Registry, ownPorts: () => readonly number[], {monotonic}: ProxyDeps): Law =>
	makeLaw(words, makeSurroundings({interfaces: networkInterfaces, ownPorts, now: monotonic}));

/** How the gate perceives the world: who calls, where names lead, who may use the listener. */
const senses = (
	{rootPid, connectTo, token}: ProxyOptions,
	{monotonic}: ProxyDeps,
): Pick<GateDeps, 'callerOf' | 'resolve' | 'connectTo' | 'hasToken'> => ({
	callerOf: makeCallerOf({
		proc: '/proc',
		uid: process.getuid?.() ?? -1,
		ownPid: process.pid,
		rootPid,
		now: monotonic,
		pause: yieldToLoop,
	}),
	resolve: makeResolve({lookup: lookupAll}),
	connectTo,
	hasToken: makeTokenCheck(token),
});

const linkOf = (
	{sandbox, stateDir}: ProxyOptions,
	deps: ProxyDeps,
	closing: Closing,
	given: {readonly settings: Settings; readonly load: GateParts['load']},
): GatewayLink | undefined => {
	if (deps.gateway === undefined) {
		return undefined;
	}

	const link = linkGateway({client: deps.gateway, sandbox: sandbox.name, stateDir, ...given}, deps);
	closing.add(async () => link.close());
	return link;
};

/** What plugins may ask; the snapshot without its `swap`, the ring without its `add`. */
const hostOf = (given: {
	readonly options: ProxyOptions;
	readonly deps: ProxyDeps;
	readonly snapshot: Snapshot;
	readonly ring: Denials;
	readonly log: OcsfLog;
	readonly link: GatewayLink | undefined;
	currentSettings(): Settings;
}): Omit<PluginHost, 'config'> => {
	const {options, deps, snapshot, ring, log, link, currentSettings} = given;
	const {name, tier, skillFile} = options.sandbox;
	return {
		sandbox: {name, tier, skillFile},
		policy: {current: snapshot.current, onSwap: snapshot.onSwap},
		gateway: link?.port,
		denials: {recent: ring.recent, find: ring.find},
		logs: log.reader,
		settings: currentSettings,
		clock: deps.clock,
		newId: deps.newId,
	};
};
