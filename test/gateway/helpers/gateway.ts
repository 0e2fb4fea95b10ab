import {randomBytes} from 'node:crypto';
import path from 'node:path';
import type {ExecutionContext} from 'ava';
import {type GatewayClient, makeGatewayClient} from '../../../gateway/client/client.ts';
import {
	type GatewayDeps,
	type RunningGateway,
	startGateway,
} from '../../../gateway/server/start.ts';
import type {ProposalEvent} from '../../../policies/model/event.ts';
import type {Result} from '../../../policies/model/result.ts';
import {makeTempDirectory} from './temp.ts';

export type TestGateway = RunningGateway & {
	readonly directory: string;
	readonly reviewer: GatewayClient;
	readonly recorded: Array<{event: ProposalEvent; uid: string}>;
	readonly faults: unknown[];
	/** Closes this gateway and starts another on the same folders. */
	restart(): Promise<TestGateway>;
};

/** A real gateway in a folder of the test's own, with a reviewer on its socket. */
export const startTestGateway = async (
	t: ExecutionContext,
	change: Partial<GatewayDeps> & {readonly idleAfterMs?: number; readonly directory?: string} = {},
): Promise<TestGateway> => {
	const directory = change.directory ?? (await makeTempDirectory(t));
	const recorded: TestGateway['recorded'] = [];
	const faults: unknown[] = [];
	const running = await startGateway(
		{
			stateDirectory: path.join(directory, 'state'),
			runtimeDirectory: path.join(directory, 'run'),
			version: '0.0.0-test',
			...(change.idleAfterMs !== undefined && {idleAfterMs: change.idleAfterMs}),
		},
		{
			now: () => Date.now(),
			random: count => randomBytes(count),
			pid: process.pid,
			uid: process.getuid?.() ?? -1,
			userName: 'tester',
			words: new Map(),
			async append(event, uid) {
				recorded.push({event, uid});
			},
			onFault: error => faults.push(error),
			...change,
		},
	);
	const reviewer = makeGatewayClient({kind: 'socket', path: running.socketPath});
	const close = async (): Promise<void> => {
		reviewer.close();
		await running.close();
	};
	t.teardown(close);
	return {
		...running,
		close,
		directory,
		reviewer,
		recorded,
		faults,
		async restart() {
			await close();
			return startTestGateway(t, {...change, directory});
		},
	};
};

/** The value, or a failed test that shows the reason. */
export const must = <T, E>(result: Result<T, E>): T => {
	if (!result.ok) {
		throw new Error(`expected a value: ${JSON.stringify(result.error)}`);
	}

	return result.value;
};
