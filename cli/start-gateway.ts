import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import type {GatewayPlace} from '../gateway/client/wire.ts';
import type {Config} from './config.ts';
import {Failure} from './failure.ts';
import {lookEveryMs, startWaitMs} from './limits.ts';
import {startOwnProcess} from './own-process.ts';
import {asReviewer, reviewerSocket} from './reviewer.ts';
import {scrubbed} from './scrub.ts';

/** What `gateway start --json` says. */
export type GatewayReady = {readonly pid: number} | {readonly already_running: true};

/** Makes sure that a gateway answers; starts one in the background where none does. */
export async function ensureGateway(config: Config): Promise<void> {
	if (await isAnswering(config)) {
		return;
	}

	if (config.gateway !== undefined) {
		throw new Failure(
			`No gateway answers at ${reviewerSocket(config)}. Start that one, or leave --gateway away.`,
		);
	}

	await startDetachedGateway(config);
}

/** Two starts race safely: the loser says so, and the winner's gateway is waited for. Gives its pid. */
export async function startDetachedGateway(config: Config): Promise<number> {
	const {ready} = await startOwnProcess({
		argv: [
			...['gateway', 'start', '--json'],
			...['--state-dir', config.stateDir, '--runtime-dir', config.runtimeDir],
		],
		environment: scrubbed(config.environment),
		log: path.join(config.stateDir, 'gateway', `gateway.stderr`),
		life: 'alone',
	});
	const said = ready as GatewayReady;
	return 'pid' in said ? said.pid : waitForWinner(config);
}

async function waitForWinner(config: Config): Promise<number> {
	for (let waited = 0; waited < startWaitMs; waited += lookEveryMs) {
		const place = await readGatewayPlace(config);
		if (place !== undefined && (await isAnswering(config))) {
			return place.pid;
		}

		await pause(lookEveryMs);
	}

	throw new Failure('Another gateway was being started at the same time, and it does not answer.');
}

export const isAnswering = (config: Config): Promise<boolean> =>
	asReviewer(config, async client => (await client.health()).ok);

/** What the gateway of the runtime folder says of itself, where there is one. */
export async function readGatewayPlace({runtimeDir}: Config): Promise<GatewayPlace | undefined> {
	const text = await readFile(path.join(runtimeDir, 'gateway.json'), 'utf8').catch(() => '');
	try {
		const place: Partial<GatewayPlace> = JSON.parse(text);
		const isWhole = typeof place.pid === 'number' && typeof place.sandbox_url === 'string';
		return isWhole ? (place as GatewayPlace) : undefined;
	} catch {
		return undefined;
	}
}
