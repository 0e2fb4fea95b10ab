import type {IncomingMessage} from 'node:http';
import {PassThrough} from 'node:stream';
import type {GatewayClient} from '../../gateway/client/client.ts';
import type {ClientFailure} from '../../gateway/client/transport.ts';
import type {DenialBatch, LoadReport} from '../../gateway/client/wire.ts';
import type {Digest} from '../../policies/model/names.ts';
import {err, ok} from '../../policies/model/result.ts';
import {defaultSettings, type Settings} from '../../policies/model/settings.ts';

/** A gateway in the test's own process, spoken to over the real feed's wire format. */
export type FakeGateway = {
	readonly client: GatewayClient;
	/** A new revision, told on the feed; resolves with what the proxy says of it. */
	activate(yaml: string): Promise<LoadReport>;
	change(settings: Partial<Settings>): void;
	readonly batches: readonly DenialBatch[];
	isReachable: boolean;
};

export const makeFakeGateway = (yaml: string | undefined): FakeGateway => {
	let revision = 1;
	let seq = 0;
	let policy = yaml;
	let settings = defaultSettings;
	const feeds = new Set<PassThrough>();
	const waiting = new Map<number, (report: LoadReport) => void>();
	const batches: DenialBatch[] = [];
	const unreachable: ClientFailure = {kind: 'unreachable', detail: 'nobody listens'};
	const tell = (): void => {
		seq += 1;
		const event = {seq, at: 0, sandbox: 'demo', kind: 'config-changed', data: {revision}};
		for (const feed of feeds) {
			feed.write(`id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`);
		}
	};

	const gateway = {
		batches,
		isReachable: true,
		async activate(next: string) {
			revision += 1;
			policy = next;
			const report = new Promise<LoadReport>(resolve => {
				waiting.set(revision, resolve);
			});
			tell();
			return report;
		},
		change(changes: Partial<Settings>) {
			settings = {...settings, ...changes};
			tell();
		},
		client: {
			config: async () =>
				gateway.isReachable && policy !== undefined
					? ok({
							revision,
							hash: `hash-${revision}` as Digest,
							policy_yaml: policy,
							leases: [],
							settings,
							credential_scopes: [],
						})
					: err(unreachable),
			async reportLoad(_: string, reported: number, report: LoadReport) {
				waiting.get(reported)?.(report);
				return ok({});
			},
			async reportDenials(_: string, batch: DenialBatch) {
				batches.push(batch);
				return ok({});
			},
			transport: {
				async open(_: string, signal: AbortSignal) {
					if (!gateway.isReachable) {
						return err(unreachable);
					}

					const feed = Object.assign(new PassThrough(), {
						headers: {'openshell-epoch': 'one'},
						statusCode: 200,
					});
					feeds.add(feed);
					signal.addEventListener('abort', () => feed.destroy(new Error('aborted')));
					feed.write(`id: ${seq}\n\n`);
					return ok(feed as unknown as IncomingMessage);
				},
			},
		} as unknown as GatewayClient,
	};
	return gateway;
};
