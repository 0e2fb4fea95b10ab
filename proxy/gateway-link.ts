import {join} from 'node:path';
import type {GatewayClient} from '../gateway/client/client.ts';
import {openFeed} from '../gateway/client/feed.ts';
import {gatewayPort} from '../gateway/client/port.ts';
import type {ClientFailure} from '../gateway/client/transport.ts';
import {paths} from '../gateway/client/wire.ts';
import type {Denial} from '../policies/model/denial.ts';
import type {Gateway, PolicyInForce} from '../policies/model/plugin.ts';
import {err, type Result} from '../policies/model/result.ts';
import type {Settings} from '../policies/model/settings.ts';
import {publish} from './bundle.ts';
import {type Follow, makeFollow} from './follow.ts';
import {reportCloseMs} from './gate-limits.ts';
import type {PolicyText} from './load.ts';
import type {ProxyDeps} from './options.ts';
import {keepIdentity} from './renewal.ts';
import {makeReport} from './report.ts';

/** One feed and one keep-alive client: all that this proxy says to its gateway and hears from it. */
export type GatewayLink = {
	readonly port: Gateway;
	readonly follow: Follow;
	report(denial: Denial): void;
	/** Sends the last denials and ends the feed. The client stays its owner's. */
	close(): Promise<void>;
};

export type LinkOptions = {
	readonly client: GatewayClient;
	readonly sandbox: string;
	readonly stateDir: string;
	readonly settings: Settings;
	load(text: PolicyText): Result<PolicyInForce, string>;
};

export const linkGateway = (
	{client, sandbox, stateDir, settings, load}: LinkOptions,
	{clock, random, newId, identity}: Pick<ProxyDeps, 'clock' | 'random' | 'newId' | 'identity'>,
): GatewayLink => {
	const end = new AbortController();
	const {signal} = end;
	const sleep = clock.sleep.bind(clock);
	// One after the other, so that the last one loaded is the one kept.
	let kept = Promise.resolve();
	const feed = openFeed(
		client.transport,
		{path: paths.sandboxEvents(sandbox), signal},
		{random, sleep},
	);
	const follow = makeFollow({
		fetch: async () => describe(await client.config(sandbox)),
		load,
		report: async (revision, report) => isHeard(await client.reportLoad(sandbox, revision, report)),
		loaded({yaml}) {
			kept = kept.then(async () => keepLast(stateDir, yaml));
		},
		sleep,
		settings,
		signal,
	});
	const report = makeReport({
		send: async batch => isHeard(await client.reportDenials(sandbox, batch)),
		sleep,
	});
	void keepIdentity({client, sandbox, clock, random, identity, signal});
	// Whatever was missed while the stream was away is seen by looking.
	feed.onOpen(() => follow.look());
	feed.onEvent(({kind}) => {
		if (kind === 'config-changed') {
			follow.look();
		}
	});

	return {
		port: gatewayPort(client, feed, {sandbox, newId}),
		follow,
		report: report.add,
		async close() {
			end.abort();
			const patience = new AbortController();
			await Promise.race([report.close(), sleep(reportCloseMs, patience.signal)]);
			// A timer that lost the race would keep the process alive for nothing.
			patience.abort();
			await Promise.all([feed.ended, kept]);
		},
	};
};

/** For people who look after an outage; never read by a fresh start, which asks the gateway (wire.md §5). */
const keepLast = async (stateDir: string, yaml: string): Promise<void> =>
	publish(join(stateDir, 'policy.last.yaml'), yaml, 0o600).catch(() => undefined);

const describe = <T>(answer: Result<T, ClientFailure>): Result<T, string> =>
	answer.ok ? answer : err(detailOf(answer.error));

const detailOf = (failure: ClientFailure): string =>
	failure.kind === 'unreachable'
		? `the gateway cannot be reached: ${failure.detail}`
		: `the gateway refused: ${failure.body.detail}`;

/** A refusal that will not change is an answer, too; only silence and overload are worth a repetition. */
const isHeard = (answer: Result<unknown, ClientFailure>): boolean =>
	answer.ok || (answer.error.kind === 'refused' && ![429, 500, 503].includes(answer.error.status));
