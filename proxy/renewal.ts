import {X509Certificate} from 'node:crypto';
import type {GatewayClient} from '../gateway/client/client.ts';
import type {Clock} from '../policies/model/plugin.ts';
import {renewalFirstPauseMs, renewalLongestPauseMs, renewalLookMs} from './gate-limits.ts';
import type {GatewayIdentity} from './options.ts';

type Timing = {
	readonly clock: Clock;
	/** From 0 to 1. */
	random(): number;
	readonly signal: AbortSignal;
};

export type IdentityDeps = Timing & {
	readonly client: GatewayClient;
	readonly sandbox: string;
	/** Absent: nothing is renewed. */
	readonly identity: GatewayIdentity | undefined;
};

/** Keeps the proxy known to its gateway for as long as the signal lets it (wire.md §5). */
export const keepIdentity = async (deps: IdentityDeps): Promise<void> => {
	const {client, sandbox, identity, ...timing} = deps;
	if (identity === undefined) {
		return;
	}

	const renew = async (): Promise<string | undefined> => {
		const answer = await client.renewCertificate(sandbox);
		if (!answer.ok) {
			return undefined;
		}

		client.transport.renew(answer.value);
		// One that cannot be written is used all the same: the one in the file stays valid until the next.
		await identity.keep(answer.value).catch(() => undefined);
		return answer.value.certificate;
	};
	await renewInTime({...timing, certificate: identity.certificate, renew});
};

export type RenewalDeps = Timing & {
	/** PEM of the certificate in use. */
	readonly certificate: string;
	/** Gets the next one and puts it to use. Undefined: not now. */
	renew(): Promise<string | undefined>;
};

/**
Renews a certificate when half of its life is over, so that there is as much time again for a gateway
that is away to come back. Ends with the signal.
*/
export const renewInTime = async (deps: RenewalDeps): Promise<void> => {
	const {clock, random, signal} = deps;
	let due = halfLife(deps.certificate);
	let failures = 0;
	while (!signal.aborted) {
		const left = due - clock.now();
		if (left > 0) {
			// A timer stands still while the machine sleeps, so the wall clock is looked at again and again.
			await clock.sleep(Math.min(left, renewalLookMs), signal);
			continue;
		}

		const renewed = await deps.renew().catch(() => undefined);
		failures = renewed === undefined ? failures + 1 : 0;
		due = renewed === undefined ? due : halfLife(renewed);
		// Also after a success: a certificate that is old already must not be asked for without end.
		await clock.sleep(pause(failures, random()), signal);
	}
};

/** Milliseconds since the epoch. */
const halfLife = (pem: string): number => {
	const {validFrom, validTo} = new X509Certificate(pem);
	return (Date.parse(validFrom) + Date.parse(validTo)) / 2;
};

const pause = (failures: number, random: number): number => {
	const range = Math.min(renewalLongestPauseMs, renewalFirstPauseMs * 2 ** Math.min(failures, 20));
	return range / 2 + (range / 2) * random;
};
