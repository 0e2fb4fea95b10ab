import path from 'node:path';
import {type GatewayClient, makeGatewayClient} from '../gateway/client/client.ts';
import type {ClientFailure} from '../gateway/client/transport.ts';
import type {SandboxSummary, WireError} from '../gateway/client/wire.ts';
import type {Chunk} from '../policies/model/chunk.ts';
import type {Result} from '../policies/model/result.ts';
import type {Config} from './config.ts';
import {exitCodes} from './exit-codes.ts';
import {Failure, usage} from './failure.ts';
import {nextCommand} from './next-command.ts';
import {checkSocket} from './trusted-path.ts';

/** Where reviewers reach the gateway. */
export function reviewerSocket({gateway, runtimeDir, workdir}: Config): string {
	if (gateway !== undefined && /^[a-z]+:\/\//i.test(gateway)) {
		throw usage(
			`The gateway '${gateway}' is an address, but reviewing over the network is not built yet. ` +
				"Give the path of the gateway's reviewer socket.",
		);
	}

	return gateway === undefined
		? path.join(runtimeDir, 'gateway.sock')
		: path.resolve(workdir, gateway);
}

/** Does something as a reviewer, and closes the connection afterwards. */
export async function asReviewer<T>(
	config: Config,
	work: (client: GatewayClient) => Promise<T>,
): Promise<T> {
	refuseInside(config);
	const socket = reviewerSocket(config);
	await checkSocket(socket, config.person);
	const client = makeGatewayClient({kind: 'socket', path: socket});
	try {
		return await work(client);
	} finally {
		client.close();
	}
}

/**
What runs in a sandbox does not rule on itself. In the advisory tier this stops a program that did not
know better, not one that means to: it has the rights of its user (docs/SECURITY.md, Gaps).
*/
function refuseInside({environment}: Config): void {
	const sandbox = environment['OPENSHELL_SANDBOX'];
	if (sandbox !== undefined) {
		throw new Failure(
			`This is inside sandbox '${sandbox}', and what runs in a sandbox does not rule on itself. ` +
				'Wait for the ruling at http://policy.local, or use a terminal outside.',
		);
	}
}

/** The value, or the failure a person reads: what the gateway said, or that none answers. */
export function answered<T>(answer: Result<T, ClientFailure>, config: Config): T {
	if (answer.ok) {
		return answer.value;
	}

	throw failureOf(answer.error, config);
}

export const failureOf = (failure: ClientFailure, config: Config): Failure =>
	failure.kind === 'unreachable'
		? new Failure(
				`No gateway answers at ${reviewerSocket(config)} (${failure.detail}). ` +
					(config.gateway === undefined
						? `Start one with: ${nextCommand('gateway start --detached', config)}`
						: 'Start that one, or leave --gateway away.'),
				exitCodes.gatewayUnreachable,
			)
		: refused(failure.body);

/** What is wrong with a policy is a list; any other detail is one sentence, whatever stands in it. */
function refused({error, detail}: WireError): Failure {
	const [first = '', ...others] = error === 'invalid_policy' ? detail.split('\n') : [detail];
	return others.length === 0
		? new Failure(`The gateway refused: ${first} (${error}).`)
		: new Failure(`The gateway refused (${error}):`, exitCodes.failed, [first, ...others]);
}

/** The sandbox a command is about: the one named, else the only one that is running. */
export async function chooseSandbox(
	client: GatewayClient,
	config: Config,
	name: string | undefined,
): Promise<SandboxSummary> {
	const sandboxes = answered(await client.sandboxes(), config);
	if (name !== undefined) {
		const found = sandboxes.find(sandbox => sandbox.name === name);
		if (found === undefined) {
			throw new Failure(`There is no sandbox '${name}'. ${known(sandboxes)}`);
		}

		return found;
	}

	const running = sandboxes.filter(sandbox => sandbox.is_connected);
	const [only] = running.length > 0 ? running : sandboxes;
	if (only === undefined || (running.length || sandboxes.length) !== 1) {
		throw usage(`Say which sandbox is meant. ${known(sandboxes)}`);
	}

	return only;
}

const known = (sandboxes: readonly SandboxSummary[]): string =>
	sandboxes.length === 0
		? 'None exists yet: openshell run makes one.'
		: `There is ${sandboxes
				.map(({name, is_connected}) => `${name}${is_connected ? ' (running)' : ''}`)
				.join(', ')}.`;

export type FoundChunk = {readonly sandbox: SandboxSummary; readonly chunk: Chunk};

/** The one chunk whose id starts with what was typed, in the named sandbox or in any. */
export async function findChunk(
	client: GatewayClient,
	config: Config,
	{name, id}: {readonly name: string | undefined; readonly id: string},
): Promise<FoundChunk> {
	const sandboxes =
		name === undefined
			? answered(await client.sandboxes(), config)
			: [await chooseSandbox(client, config, name)];
	const found: FoundChunk[] = [];
	for (const sandbox of sandboxes) {
		const chunks = answered(await client.chunks(sandbox.name), config);
		found.push(...chunks.filter(chunk => chunk.id.startsWith(id)).map(chunk => ({sandbox, chunk})));
	}

	const [only, ...others] = found;
	if (only === undefined) {
		throw new Failure(
			`No proposal has an id that starts with '${id}'. See: ${nextCommand('rule get', config)}`,
		);
	}

	if (others.length > 0) {
		throw usage(`'${id}' is the start of ${found.length} ids. Type more of it.`);
	}

	return only;
}
