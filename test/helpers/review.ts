import type {ExecutionContext} from 'ava';
import {
	attachSandbox,
	startTestGateway,
	type TestGateway,
	type TestSandbox,
} from '../gateway/helpers/gateway.ts';
import {type Called, type CallOptions, call} from './call.ts';
import {temporaryDirectory} from './temp.ts';

export type Review = {
	readonly gateway: TestGateway;
	readonly sandbox: TestSandbox;
	readonly home: string;
	/** A command line of a reviewer of this gateway, always from the same home. */
	cli(argv: readonly string[], options?: CallOptions): Promise<Called>;
	/** From now on the sandbox loads each new revision, or refuses it with a reason. */
	obey(refusal?: string): Promise<void>;
};

/** A gateway with one sandbox, `demo`, and somebody who reviews from a command line. */
export async function startReview(t: ExecutionContext): Promise<Review> {
	const gateway = await startTestGateway(t);
	const sandbox = await attachSandbox(t, gateway, 'demo', {tier: 'advisory'});
	const home = await temporaryDirectory(t);
	return {
		gateway,
		sandbox,
		home,
		cli: (argv, options) => call(t, [...argv, '--gateway', gateway.socketPath], {home, ...options}),
		async obey(refusal) {
			const {feed} = await sandbox.connect();
			feed.onEvent(event => {
				if (event.kind === 'config-changed') {
					void load(sandbox, refusal);
				}
			});
		},
	};
}

async function load({client, name}: TestSandbox, refusal: string | undefined): Promise<void> {
	const config = await client.config(name);
	// The gateway may be closing, at the end of a test.
	if (config.ok) {
		const report =
			refusal === undefined ? {loaded: true as const} : {loaded: false as const, error: refusal};
		await client.reportLoad(name, config.value.revision, report);
	}
}
